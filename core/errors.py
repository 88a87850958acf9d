"""What can be refused, as codes with details; `templates` makes the Dutch sentence of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ProblemCode(StrEnum):
    """Every reason for a refusal. Each has one sentence in `templates/problems.toml`."""

    # configuration
    CONFIG_MISSING = "config_missing"
    CONFIG_UNREADABLE = "config_unreadable"
    CONFIG_SYNTAX = "config_syntax"
    CONFIG_UNKNOWN_KEY = "config_unknown_key"
    CONFIG_WRONG_VALUE = "config_wrong_value"
    CONFIG_MISSING_KEY = "config_missing_key"
    CONFIG_DANGLING = "config_dangling"
    CONFIG_DOUBLE = "config_double"
    CONFIG_IMPOSSIBLE_RULE = "config_impossible_rule"

    # dates
    DATE_NOT_READ = "date_not_read"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    DATE_IN_FUTURE = "date_in_future"
    DATE_MISSING = "date_missing"

    # cases
    CASE_CODE_FORM = "case_code_form"
    CASE_CODE_BSN = "case_code_bsn"
    CASE_CODE_NAME = "case_code_name"
    CASE_UNKNOWN = "case_unknown"
    CASE_EXISTS = "case_exists"
    CASE_ELSEWHERE = "case_elsewhere"
    CASE_TWICE = "case_twice"
    CASE_ENDED = "case_ended"
    FACT_UNKNOWN = "fact_unknown"
    COURSE_INCOMPLETE = "course_incomplete"
    END_BEFORE_START = "end_before_start"
    CHANGE_UNKNOWN = "change_unknown"
    NORM_UNKNOWN = "norm_unknown"
    ORGANISATION_UNKNOWN = "organisation_unknown"
    ORGANISATION_ENDED = "organisation_ended"
    MUNICIPALITY_UNKNOWN = "municipality_unknown"
    MEASURE_UNKNOWN = "measure_unknown"
    VALUE_MISSING = "value_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_MISSING = "column_missing"
    STATUS_UNKNOWN = "status_unknown"

    # people
    PERSON_UNKNOWN = "person_unknown"
    PERSON_EXISTS = "person_exists"
    PERSON_REVOKED = "person_revoked"
    PERSON_NAME_FORM = "person_name_form"
    PERSON_WRONG_ROLE = "person_wrong_role"
    PERSON_OTHER_ORGANISATION = "person_other_organisation"
    PERSON_NO_ADDRESS = "person_no_address"
    ROLE_UNKNOWN = "role_unknown"
    REGION_UNKNOWN = "region_unknown"
    WORKING_DAYS_FORM = "working_days_form"
    FTE_FORM = "fte_form"
    MAIL_FORM = "mail_form"
    SUBSTITUTE_SELF = "substitute_self"
    ABSENCE_BACKWARDS = "absence_backwards"
    INVITATION_INVALID = "invitation_invalid"
    CONTACT_IS_NOT_INVITED = "contact_is_not_invited"
    TELEGRAM_NOT_USED = "telegram_not_used"
    NOT_ALLOWED = "not_allowed"
    ACTION_UNKNOWN = "action_unknown"
    ACTION_OF_ANOTHER = "action_of_another"
    SIGN_IN_INVALID = "sign_in_invalid"
    SESSION_OVER = "session_over"
    PAGES_NOWHERE = "pages_nowhere"
    FEED_UNKNOWN = "feed_unknown"
    FEED_OF_UNKNOWN = "feed_of_unknown"
    FEED_OF_NOBODY = "feed_of_nobody"
    FEED_ENDED = "feed_ended"

    # explanations, items of a case, escalations
    EXPLANATION_NOT_HERE = "explanation_not_here"
    REASON_MISSING = "reason_missing"
    REASON_UNKNOWN = "reason_unknown"
    NEW_DATE_PAST = "new_date_past"
    NEW_DATE_NOT_LATER = "new_date_not_later"
    CHOICE_UNKNOWN = "choice_unknown"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_KIND_UNKNOWN = "item_kind_unknown"
    ITEM_KIND_NOT_HERE = "item_kind_not_here"
    NEED_UNKNOWN = "need_unknown"
    HANDOVER_DATE_MISSING = "handover_date_missing"
    NOBODY_COUPLED = "nobody_coupled"
    REASSIGN_SAME = "reassign_same"
    REASSIGN_NOTHING = "reassign_nothing"
    REASSIGN_CONFIRM = "reassign_confirm"
    ESCALATION_UNKNOWN = "escalation_unknown"
    ESCALATION_MOVED_ON = "escalation_moved_on"
    ESCALATION_NOT_YOURS = "escalation_not_yours"
    ESCALATION_RUNG = "escalation_rung"
    ESCALATION_HELD = "escalation_held"
    APPLICANT_MISSING = "applicant_missing"
    BLOCKER_UNKNOWN = "blocker_unknown"

    # governance
    SERIES_UNKNOWN = "series_unknown"
    SERIES_NOT_SHARED = "series_not_shared"
    MATTER_UNKNOWN = "matter_unknown"
    AGENDA_CASE_UNKNOWN = "agenda_case_unknown"
    AGENDA_CASE_THERE = "agenda_case_there"
    AGENDA_CASE_GONE = "agenda_case_gone"
    GROUP_CODE_INVALID = "group_code_invalid"
    GROUP_TARGET_UNKNOWN = "group_target_unknown"
    GROUP_UNKNOWN = "group_unknown"
    MATTER_CHANGED = "matter_changed"
    MATTER_OVER = "matter_over"
    MEETING_WITHOUT_DATE = "meeting_without_date"
    DATE_CONCERNS = "date_concerns"
    INSTITUTION_NOT_ASKED = "institution_not_asked"
    COLOUR_UNKNOWN = "colour_unknown"
    TIME_FORM = "time_form"
    TEXT_TOO_LONG = "text_too_long"
    DEED_UNKNOWN = "deed_unknown"

    # free text
    TEXT_HAS_BSN = "text_has_bsn"
    TEXT_HAS_BIRTH_DATE = "text_has_birth_date"
    TEXT_LIKELY_NAME = "text_likely_name"

    # the installation
    DATABASE_NEWER = "database_newer"
    DATABASE_MISSING = "database_missing"
    DATABASE_NOT_READY = "database_not_ready"
    DATABASE_UNREACHABLE = "database_unreachable"
    DATABASE_READ_ONLY = "database_read_only"
    DISK_FULL = "disk_full"
    DISK_TROUBLE = "disk_trouble"
    PORT_TAKEN = "port_taken"
    SERVICE_RUNS = "service_runs"
    TELEGRAM_TOKEN = "telegram_token"  # noqa: S105 - the name of a problem
    TELEGRAM_UNREACHABLE = "telegram_unreachable"
    FILE_MISSING = "file_missing"
    FILE_UNREADABLE = "file_unreadable"
    FILE_NOT_WRITABLE = "file_not_writable"
    FILE_EXISTS = "file_exists"
    FILE_ENDING = "file_ending"
    CONFIRMATION_NEEDED = "confirmation_needed"
    INSTANT_FORM = "instant_form"
    PERIOD_BACKWARDS = "period_backwards"

    # files
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_TOO_MANY_ROWS = "file_too_many_rows"
    FILE_ENCODING = "file_encoding"
    FILE_QUOTE_OPEN = "file_quote_open"
    FILE_CELL_TOO_LONG = "file_cell_too_long"
    FILE_NOT_A_TABLE = "file_not_a_table"
    FILE_LEGACY_EXCEL = "file_legacy_excel"
    FILE_BOMB = "file_bomb"
    FILE_HEADER_DOUBLE = "file_header_double"
    FILE_HEADER_EMPTY = "file_header_empty"
    FILE_CELLS_TOO_MANY = "file_cells_too_many"
    FILE_FORMULA_WITHOUT_VALUE = "file_formula_without_value"


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: what is wrong, where, and the details its sentence needs.

    `line` and `column` name the place in a file, `value` what stood there.
    """

    code: ProblemCode
    details: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    column: str | None = None
    value: str | None = None


class TermijnwachtError(Exception):
    """Everything this program raises on purpose."""


class Refused(TermijnwachtError):
    """Input or state that is refused; nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        """Take one or more problems; the first is the one that a single line shows."""
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


class NotAllowed(Refused):
    """The actor has no right to this."""


def refuse(
    code: ProblemCode,
    *,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
    **details: object,
) -> Refused:
    """Return the exception for one problem, to be raised by the caller."""
    return Refused(Problem(code, details, line=line, column=column, value=value))
