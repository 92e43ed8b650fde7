-- What cannot be shown as the store has it. It is nowhere else in this file; each row goes with the entry's next try.
CREATE TABLE left_out (
	entry_id {{i64}} PRIMARY KEY,           -- the entry's number
	path {{text}} NOT NULL,                 -- where it would stand
	reason {{text}} NOT NULL,               -- why it does not, for the operator
	tried_s {{i64}} NOT NULL,               -- when it was last tried
	program {{text}} NOT NULL               -- version that tried; another one tries again at its start
) {{strict}};
