"""Each probe of tests/http/probes.py against the server as it is shipped. It takes no bodies, so what is wrong with one is not read: the
answer is 405, and the connection ends. tests/http/test_probes.py has the same with bodies."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "http"))
from probes import PROBES, id_of  # noqa: E402
from wire import CUTS, judge, request  # noqa: E402

pytestmark = pytest.mark.one_engine("of bytes on a connection")
WITNESS = request("/robots.txt").encode()


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.__name__)
@pytest.mark.parametrize("probe", PROBES, ids=id_of)
def test_it_is_read_in_one_way(sample, probe, cut):
    heard = judge(sample.port, probe, b"/victories/", None, WITNESS, cut)
    assert all(answer.body == heard[0].body for answer in heard)
    assert not heard or b"Sitemap:" in heard[0].body
