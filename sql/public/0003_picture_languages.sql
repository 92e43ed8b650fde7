-- A picture without a text in the entry's language shows another's, and says which. The recipe asks for a new build.

ALTER TABLE card ADD COLUMN
	picture_alt_language {{text}} NOT NULL DEFAULT '';      -- of the text where it is not the entry's, or empty
ALTER TABLE card ADD COLUMN
	picture_caption_language {{text}} NOT NULL DEFAULT '';  -- the same
ALTER TABLE card ADD COLUMN
	picture_credit_language {{text}} NOT NULL DEFAULT '';   -- the same
