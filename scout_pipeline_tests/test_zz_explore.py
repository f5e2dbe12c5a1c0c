import gzip, json, os, io, time, traceback
import pytest
from scout_pipeline_tests.bronze.conftest import *
from scout_pipeline_tests.conftest import *
from scout_pipeline_tests.conftest import _own_settings
from scout_pipeline_tests.sales_files import *
G=line
def show(counter, name, content):
    t=time.time()
    try:
        o=counter.take(name, content); print(name, '->', o.status, o.reason and o.reason[:150], o.lines_read,o.lines_loaded,o.lines_duplicate,o.lines_quarantined, '%.3fs'%(time.time()-t))
        counter.carry()
        print('    ', [(r['layer'],r['line_number'],r['reason_code'], r['detail'][:60], (r['raw_bytes'] or b'')[:40]) for r in counter.rows("select * from scout.quarantine where batch_id=:b order by 1,2", b=o.batch_id or 0)])
    except BaseException as e:
        print(name,'!! ', type(e).__name__, str(e)[:300].replace('\n',' | '))
        print(''.join(traceback.format_tb(e.__traceback__)[-2:]))
def test_csv(counter):
    a,b,c=csv_bytes(G('A')),csv_bytes(G('B')),csv_bytes(G('C'))
    L=lambda r,**k: csv_bytes(G(r,**k))[len(HEADER):]
    show(counter,'ok.csv',a)
    show(counter,'utf16be_nobom.csv',a.decode().encode('utf-16-be'))
    show(counter,'utf16le_nobom.csv',a.decode().encode('utf-16-le'))
    show(counter,'utf16.csv',a.decode().encode('utf-16'))
    show(counter,'nulhead.csv',b'rece\0ipt,'+a)
    show(counter,'manycols.csv',b','.join(b'c%d'%i for i in range(2000))+b'\n')
    show(counter,'longheader.csv',b','.join(b'column_%d'%i for i in range(20000))+b'\n')
    show(counter,'900cols.csv',b','.join(b'column_%d'%i for i in range(900))+b'\n')
    show(counter,os.fsdecode(b'caf\xe9.csv'),b)
    show(counter,'dot.csv',HEADER+L('D1')+b'\\.\n'+L('D2'))
    show(counter,'quote.csv',HEADER+L('Q1')+b'Q2,2024-03-05 10:00:00,RICE,1,1,5" pipe,,N\n'+L('Q3')+b'Q4,2024-03-05 10:00:00,RICE,1,1,6" pipe,,N\n'+L('Q5'))
    show(counter,'quote2.csv',HEADER+L('P1')+b'P2,2024-03-05 10:00:00,RICE,1,1,5" x 6" pipe,,N\n')
    show(counter,'mixed.csv',HEADER+L('M1')+L('M2').replace(b'\n',b'\r\n')+L('M3').replace(b'\n',b'\r')+L('M4'))
    show(counter,'cr.csv',(HEADER+L('CR1')+L('CR2')).replace(b'\n',b'\r'))
    show(counter,'crlate.csv',(HEADER+L('CS1')*4000).replace(b'\n',b'\r')+b'x\n'+L('CS2'))
    show(counter,'blank.csv',HEADER+L('B1')+b'\n  \n'+L('B2')+b',,,,,,,\n')
    show(counter,'nul.csv',HEADER+L('N1')+L('N2',description='a\0b')+L('N3'))
    show(counter,'big.csv',HEADER+L('X1')+L('X2',description='a'*200000)+L('X3'))
    show(counter,'toolong.csv',HEADER+L('Y1')+L('Y2',description='a'*9000000)+L('Y3'))
    show(counter,'bom.csv',b'\xef\xbb\xbf'+HEADER+L('Z1'))
    show(counter,'idlong.csv',HEADER+L('I'*300)+L('Z5'))
    show(counter,'empty.csv',b'')
    show(counter,'head.csv',HEADER)
    show(counter,'headonly_nonl.csv',HEADER[:-1])
    for i,v in enumerate(['NaN','Infinity','1e400','1_000','0x1F','１２','1,5','₱5','-0','1e5','0.12345678901234567','99999999999999','', ' 12 ', '+5','.5']):
        show(counter,f'v{i}.csv',HEADER+L('V%d'%i,quantity=v)); print(repr(v))
    for i,v in enumerate(['now','20261-01-01 00:00:00','infinity','2024-02-30 10:00','2024-01-01 24:00:00','2024-01-01 23:59:60','01/02/2026','9999-01-01 00:00','1999-01-01 00:00','2024-03-05','0044-01-01 00:00 BC']):
        show(counter,f't{i}.csv',HEADER+L('TT%d'%i,sold_at=v)); print(repr(v))
    try:
        print(landing.ingest(counter.database,[counter.folder/'none.csv'],counter.mapping))
    except BaseException as e: print('missing path:', type(e), e)
def test_store(counter_for):
    counter=counter_for(store={'code':None,'field':'region'})
    import random
    show(counter,'store.csv',csv_bytes(G('A'),G('B',region=''.join(chr(random.randint(33,0x3000)) for i in range(10000))),G('C')))
def test_json(counter_for):
    counter=counter_for(format={'kind':'jsonl'})
    J=lambda r,**k: json.dumps(G(r,**k)).encode()+b'\n'
    show(counter,'a.jsonl',J('A')+J('B',customer='')+J('C',customer=None)+J('C2',customer='  '))
    show(counter,'b.jsonl',J('D')+b'{"receipt":\n'+b'[1]\n'+b'5\n'+b'{"receipt":"E","receipt":"F"}\n'+b'{"receipt":"\\u0000"}\n'+b'{"receipt":"\\ud800"}\n'+b'{"quantity":NaN}\n'+J('G'))
    show(counter,'deep.jsonl',J('H')+b'{"receipt":"x","a":'+b'['*100000+b']'*100000+b'}\n'+b'['*9999+b'\n'+b'['*4000+b']'*4000+b'\n'+J('I'))
    show(counter,'deep1.jsonl',J('H1')+b'{"receipt":"x9","a":'+b'['*4900+b']'*4900+b'}\n')
    show(counter,'ctl.jsonl',J('K')+b'{"receipt":\x02"Z"\x02}\n'+b'{"receipt":"Y\x01"}\n'+b'{"a":"\x02"}\n'+J('K2'))
    show(counter,'blank.jsonl',J('K3')+b'\n'+J('K5'))
    show(counter,'ten.jsonl',J('L')+J('L2',description='x'*10_000_000)+J('L3'))
    show(counter,'wide.jsonl',J('W',extra=[{"a":i} for i in range(3000)]))
    show(counter,'noid.jsonl',b'{"a":1}\n{"receipt":{"x":1}}\n')
    show(counter,'num.jsonl',b'{"receipt":"num","sold_at":"2024-03-05 10:00:00","sku":"R","quantity":1e400,"unit_price":1}\n{"receipt":"num2","sold_at":"2024-03-05 10:00:00","sku":"R","quantity":1e131080,"unit_price":1}\n')
    show(counter,'empty.jsonl',b'')
    show(counter,'cr.jsonl',J('R1').replace(b'\n',b'\r\n')+J('R2').replace(b'\n',b'\r\n'))
    show(counter,'cr2.jsonl',J('R3').replace(b'\n',b'\r')+J('R4').replace(b'\n',b'\r'))
def test_multi(counter_for):
    counter=counter_for(format={'multiline':True})
    L=lambda r,**k: csv_bytes(G(r,**k))[len(HEADER):]
    show(counter,'a.csv',HEADER+L('A',description='x\ny')+L('B'))
    show(counter,'b.csv',HEADER+L('C',description='x\r\ny')+L('D')); 
    show(counter,'c.csv',HEADER+L('C',description='x\r\ny')+b'bad\n'+L('D2'))
    show(counter,'d.csv',HEADER+L('E1')+b'E2,2024-03-05 10:00:00,RICE,1,1,5" pipe,,N\n'+L('E3')+L('E4',description='q\nr')+L('E5'))
    show(counter,'e.csv',HEADER+L('F1')+b'F2,2024-03-05 10:00:00,RICE,1,1,5" pipe,,N\n'+L('F3')*20000)
def test_ascii(counter_for):
    for enc in ['ascii','base64','utf-16','utf-8-sig','cp1252','gb18030','rot13','punycode']:
        try: c=counter_for(name='x'+enc.replace('-','_'),format={'encoding':enc}) 
        except Exception as e: print(enc,'mapping',str(e)[-100:]); continue
        show(c,'a.csv',csv_bytes(G(enc,description='é')))
    for d in ['§','"',';','\\','\n','a','\t',' ', '.']:
        try: c=counter_for(name='d%d'%ord(d),format={'delimiter':d}) 
        except Exception as e: print(repr(d),'mapping',str(e)[-100:]); continue
        show(c,'a.csv',csv_bytes(G('D%d'%ord(d),description='é')).replace(b',',d.encode()))
