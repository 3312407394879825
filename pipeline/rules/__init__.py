"""YAML -> typed rules, which of them fits a document, and the rules' test of themselves."""

from pipeline.rules.identify import identify
from pipeline.rules.load import RuleError, RuleSet, load_rules, rule_schema
from pipeline.rules.mistakes import Problem
from pipeline.rules.trial import check_rules

__all__ = ["Problem", "RuleError", "RuleSet", "check_rules", "identify", "load_rules", "rule_schema"]
