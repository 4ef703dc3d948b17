package internal_test

import (
	"regexp"
	"strings"
	"testing"
)

// Each alert has its playbook, under its name, and no playbook speaks of an alert that is not there.
func TestEachAlertHasItsPlaybook(t *testing.T) {
	rules, playbooks := readText(t, "../deploy/alerts/maillage.rules.yml"), readText(t, "../docs/playbooks.md")
	told := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^## (\S+)$`).FindAllStringSubmatch(playbooks, -1) {
		told[found[1]] = true
	}
	alerts := regexp.MustCompile(`alert: (\S+)`).FindAllStringSubmatch(rules, -1)
	for _, alert := range alerts {
		if !told[alert[1]] || !strings.Contains(rules, "docs/playbooks.md#"+strings.ToLower(alert[1])) {
			t.Errorf("%s has no playbook", alert[1])
		}
		delete(told, alert[1])
	}
	for name := range told {
		t.Errorf("the playbook %s has no alert", name)
	}
	if len(alerts) == 0 {
		t.Error("no alert was read")
	}
}
