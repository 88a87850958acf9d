"""The same refusal is said once; nothing personal is in what is told."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem, ProblemCode
from core.refusals import Folded, fold, without_personal_data

TODAY = date(2026, 9, 7)
CODES = (ProblemCode.MEASURE_UNKNOWN, ProblemCode.VALUE_MISSING)


def say(problem: Problem) -> str:
    return f"{problem.code} {problem.value}"


def test_the_same_in_the_same_column_is_folded_at_its_first_line() -> None:
    problems = [Problem(CODES[0], line=line, column="gi", value="x") for line in (4, 7, 9)]
    assert fold(problems, say) == [Folded(problems[0], 2)]


def test_another_column_value_or_reason_stands_alone() -> None:
    problems = [
        Problem(CODES[0], line=1, column="gi", value="x"),
        Problem(CODES[0], line=2, column="gemeente", value="x"),
        Problem(CODES[0], line=3, column="gi", value="y"),
        Problem(CODES[1], line=4, column="gi", value="x"),
    ]
    assert fold(problems, say) == [Folded(problem, 0) for problem in problems]


def test_what_has_no_line_is_never_folded() -> None:
    problems = [Problem(CODES[0], value="x"), Problem(CODES[0], value="x")]
    assert fold(problems, say) == [Folded(problem, 0) for problem in problems]


_PROBLEMS = st.builds(
    Problem,
    st.sampled_from(CODES),
    line=st.none() | st.integers(1, 5),
    column=st.sampled_from(["gi", "zaak"]),
    value=st.sampled_from(["x", "y"]),
)


@given(st.lists(_PROBLEMS))
def test_no_refusal_is_lost_and_the_order_stays(problems: list[Problem]) -> None:
    folded = fold(problems, say)
    assert sum(1 + one.more for one in folded) == len(problems)
    places = [problems.index(one.problem) for one in folded if one.problem.line is not None]
    assert places == sorted(places)


def test_a_bsn_or_a_name_is_taken_out_and_the_rest_stays() -> None:
    personal = Problem(
        ProblemCode.PERSON_REVOKED, {"name": "Jan de Vries", "file": "z.csv"}, 3, "x", "123456782"
    )
    safe = without_personal_data(personal, TODAY)
    assert (safe.value, safe.details, safe.line, safe.column) == (None, {"file": "z.csv"}, 3, "x")
    plain = Problem(ProblemCode.PERSON_UNKNOWN, line=3, value="jb-07")
    assert without_personal_data(plain, TODAY) == plain


def test_a_value_that_is_too_long_to_be_shown_is_taken_out() -> None:
    problem = Problem(ProblemCode.DATE_NOT_READ, line=3, value="x" * 101)
    assert without_personal_data(problem, TODAY).value is None
    assert without_personal_data(Problem(ProblemCode.DATE_NOT_READ, value="x" * 100), TODAY).value is not None
