# Varnish in front of Crier, told at once what changed: deploy/varnish.vcl and what lets go of pages. Needs the vmod xkey
# (Debian: varnish-modules). Copy both files into /etc/varnish, put your name into varnish.vcl, start varnishd as it says with
# this file, and tell each server of it in its crier.conf:
#
#     purge = { urls = ("http://127.0.0.1:6081/"); };
#
# tests/scenarios/test_caches_in_front_let_go.py runs this file with Varnish 7.1.
vcl 4.1;

import xkey;

# From where the servers send.
acl purgers {
	"127.0.0.1";
	"::1";
}

# Before that of varnish.vcl, which knows reading only.
sub vcl_recv {
	if (req.method == "PURGE") {
		# Varnish has put who connects into X-Forwarded-For. More than one address: a reader's request, through a
		# proxy that may well stand among the purgers.
		if (client.ip !~ purgers || req.http.X-Forwarded-For ~ ",") {
			return (synth(403, "Forbidden"));
		}
		if (!req.http.xkey) {
			return (synth(400, "No field xkey"));
		}
		set req.http.gone = xkey.purge(req.http.xkey);
		return (synth(200, "Purged " + req.http.gone));
	}
}

include "./varnish.vcl";
