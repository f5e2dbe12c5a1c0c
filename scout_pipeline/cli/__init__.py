"""The command `scout`: one thin command per use. Logic lives in the rooms; printing and exit codes live here."""
