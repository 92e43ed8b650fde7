-- What an updated export says of breaking news waits with the rest of it for the flip.

ALTER TABLE staged_entry ADD COLUMN
	breaking_until_s {{i64}};               -- as in item; null: as it was
