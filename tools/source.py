"""source: reading C for the checks, without a compiler: comments and literals taken out, and what
stands at file scope. Every blank keeps its line, so that positions stay true."""

import re

TOKEN = re.compile(r'//(?:\\\n|[^\n])*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith("/") else m[0], text)


def code_only(text):
    """The text with comments blank and literals empty."""

    def replace(match):
        token = match[0]
        if token.startswith("/"):
            return blank(token)
        return token[0] + " " * (len(token) - 2) + token[-1]

    return TOKEN.sub(replace, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def strings(text):
    """Each run of adjacent string literals as (line, joined text)."""
    found = []
    end = -1
    clean = without_comments(text)
    for match in re.finditer(r'"((?:\\.|[^"\\\n])*)"|\'(?:\\.|[^\'\\\n])*\'', clean):
        if match[1] is None:
            continue
        if found and not clean[end:match.start()].strip():
            found[-1][1] += match[1]
        else:
            found.append([line_of(clean, match.start()), match[1]])
        end = match.end()
    return found


def declarations(text):
    """What stands at file scope, as (line, text): each declaration up to its ; and each definition with its
    block replaced by {}. Preprocessor lines are left out."""
    code = DIRECTIVE.sub(lambda m: blank(m[0]), code_only(text))
    found, depth, start, kept = [], 0, None, []
    for position, char in enumerate(code):
        if start is None and not char.isspace():
            start = position
        if char == "{":
            depth += 1
            if depth == 1:
                kept.append("{")
            continue
        if char == "}":
            depth -= 1
            if depth == 0:
                kept.append("}")
                if is_function("".join(kept)):
                    found.append((line_of(code, start), "".join(kept)))
                    kept, start = [], None
            continue
        if depth == 0 and start is not None:
            kept.append(char)
            if char == ";":
                found.append((line_of(code, start), "".join(kept)))
                kept, start = [], None
    return found


def is_function(declaration):
    """A definition with a body: its last parenthesis closes just before the block."""
    head = declaration.split("{")[0].rstrip()
    return head.endswith(")") and "=" not in head and head.count("(") == head.count(")")


def mutable_variable(declaration):
    """True for the definition of an object at file scope that can be written."""
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)", " ", declaration, flags=re.DOTALL)
    head = text.split("=")[0].rstrip(" ;\n\t")
    if re.match(r"\s*(typedef|extern|_Static_assert|static_assert)\b", head):
        return False
    parenthesis = re.search(r"\(\s*(\*?)", re.sub(r"\[[^\]]*\]", "[]", head))
    if parenthesis and not parenthesis[1]:
        return False  # a prototype, a definition of a function, or a macro's use
    plain_type = re.fullmatch(r"\s*(struct|union|enum)(\s+\w+)?\s*(\{\s*\})?", head)
    if plain_type or not re.search(r"\w\s*(\[[^\]]*\]\s*)*$|\)$", head):
        return False
    if re.match(r"\s*VEC_TYPE\b", head):
        return False
    after_star = head[head.rfind("*") + 1:] if "*" in head else head
    return not re.search(r"\bconst\b", after_star)
