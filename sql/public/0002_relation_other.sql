-- Who shows an item beside itself is asked with each change of that item.
CREATE INDEX relation_other ON relation (other_item_id);
