/* HTML for markup_from_html to read: it is source, never output. */
#include "text/markup.h"
#include "text/url.h"

static void put_attribute(struct buf *out, const char *name, struct str value)
{
	buf_put_byte(out, ' ');
	buf_put_cstr(out, name);
	buf_put(out, STR("=\""));
	buf_put_html(out, value);
	buf_put_byte(out, '"');
}

void markup_source_figure(struct buf *out, const struct markup_figure *figure)
{
	buf_put(out, STR("<figure"));
	if (figure->align.len) {
		buf_put(out, STR(" class=\"align-"));
		buf_put_html(out, figure->align);
		buf_put_byte(out, '"');
	}
	buf_put_byte(out, '>');
	if (figure->link.len) {
		buf_put(out, STR("<a"));
		put_attribute(out, "href", figure->link);
		buf_put_byte(out, '>');
	}
	buf_put(out, STR("<img"));
	put_attribute(out, "src", figure->address);
	if (figure->source_id > 0)
		buf_printf(out, " data-id=\"%lld\"", (long long)figure->source_id);
	if (figure->has_alt)
		put_attribute(out, "alt", figure->alt);
	if (figure->width > 0)
		buf_printf(out, " width=\"%d\"", figure->width);
	if (figure->height > 0)
		buf_printf(out, " height=\"%d\"", figure->height);
	buf_put(out, figure->link.len ? STR("></a>") : STR(">"));
	if (figure->caption_html.len || figure->credit.len) {
		buf_put(out, STR("<figcaption>"));
		buf_put(out, figure->caption_html);
		buf_put(out, STR("<span class=\"credit\">"));
		buf_put_html(out, figure->credit);
		buf_put(out, STR("</span></figcaption>"));
	}
	buf_put(out, STR("</figure>"));
}

void markup_source_gallery_open(struct buf *out)
{
	buf_put(out, STR("<figure class=\"gallery\">"));
}

void markup_source_gallery_close(struct buf *out, struct str caption_html)
{
	if (caption_html.len) {
		buf_put(out, STR("<figcaption>"));
		buf_put(out, caption_html);
		buf_put(out, STR("</figcaption>"));
	}
	buf_put(out, STR("</figure>"));
}

void markup_source_embed(struct buf *out, struct str address, struct str title)
{
	bool web = url_is_absolute(address) || str_starts(address, STR("/"));
	if (web) {
		buf_put(out, STR("<embed"));
		put_attribute(out, "src", address);
		if (title.len)
			put_attribute(out, "title", title);
		buf_put_byte(out, '>');
	} else if (title.len) {
		buf_put(out, STR("<p>"));
		buf_put_html(out, title);
		buf_put(out, STR("</p>"));
	}
}
