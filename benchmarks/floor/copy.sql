copy floor.raw (
    invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country
) from stdin (format csv);
