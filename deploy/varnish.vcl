# Varnish in front of Crier: a cache on the way to many readers, behind nginx, Caddy or hitch, which bring TLS. Copy it to
# /etc/varnish/default.vcl and put in your name. Start varnishd with
#
#     -p http_gzip_support=off -p http_req_hdr_len=4k -p http_req_size=16k -p http_max_hdr=64
#
# (the first, since Crier has made both gzip and brotli, better than they are made on the way).
# Pages age here until the end of the minute at most; varnish-purge.vcl lets go of them at once.
# tests/scenarios/test_proxies_in_front.py runs this file with Varnish 7.1.
vcl 4.1;

backend crier {
	.host = "127.0.0.1";
	.port = "8080";
	.connect_timeout = 2s;
	.first_byte_timeout = 60s;
}

sub vcl_recv {
	# One newsroom, one name: nobody fills the cache with others.
	set req.http.Host = "news.example.org";
	if (req.method != "GET" && req.method != "HEAD") {
		# There is nothing to send to, and Varnish would hand on what it does not know byte by byte.
		return (synth(405, "Method Not Allowed"));
	}
	# Varnish has put the address of who connects behind what X-Forwarded-For said: Crier reads it from its end.
	unset req.http.Forwarded;
	unset req.http.Cookie;
	unset req.http.Authorization;
	if (req.http.Accept-Encoding ~ "(^|[ ,])br($|[ ,;])" && req.http.Accept-Encoding !~ "br *; *q=0(\.0*)?($|[ ,])") {
		set req.http.Accept-Encoding = "br";
	} elsif (req.http.Accept-Encoding ~ "(^|[ ,])gzip($|[ ,;])" && req.http.Accept-Encoding !~ "gzip *; *q=0(\.0*)?($|[ ,])") {
		set req.http.Accept-Encoding = "gzip";
	} else {
		unset req.http.Accept-Encoding;
	}
	return (hash);
}

sub vcl_backend_response {
	# Crier says until when, a minute at most. What was withdrawn or changed is shown no longer than that: no grace.
	set beresp.grace = 0s;
	set beresp.keep = 0s;
	if (beresp.http.Cache-Control ~ "no-store" || beresp.status == 429 || beresp.status >= 500) {
		set beresp.uncacheable = true;
		set beresp.ttl = 0s;
		return (deliver);
	}
}

sub vcl_deliver {
	unset resp.http.Via;
	unset resp.http.X-Varnish;
	unset resp.http.xkey;
	unset resp.http.Surrogate-Key;
}

sub vcl_synth {
	set resp.http.Content-Type = "text/html; charset=utf-8";
	set resp.http.Content-Security-Policy = "default-src 'none'; frame-ancestors 'none'";
	set resp.http.X-Content-Type-Options = "nosniff";
	set resp.http.Cache-Control = "no-store";
	unset resp.http.Server;
	unset resp.http.X-Varnish;
	if (resp.status == 405) {
		set resp.http.Allow = "GET, HEAD";
	}
	synthetic("<!DOCTYPE html><title>" + resp.status + "</title><h1>" + resp.reason + "</h1>");
	return (deliver);
}

sub vcl_backend_error {
	set beresp.http.Content-Type = "text/html; charset=utf-8";
	set beresp.http.Content-Security-Policy = "default-src 'none'; frame-ancestors 'none'";
	set beresp.http.X-Content-Type-Options = "nosniff";
	set beresp.http.Cache-Control = "no-store";
	set beresp.http.Retry-After = "5";
	unset beresp.http.Server;
	synthetic("<!DOCTYPE html><title>503</title><h1>Service Unavailable</h1>");
	return (deliver);
}
