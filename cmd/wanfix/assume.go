package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
)

// assumeOS is the one fact of --assume that is no package.
const assumeOS = "os"

const (
	assumedDay     = `^20\d\d-\d\d-\d\d$`
	assumedVersion = `^(absent|\d+(\.\d+)*[a-z0-9.+]*)$`
)

// assume fills the gaps of a machine with what its owner says of it: "torch" to
// "2.9.1", "os" to "windows". What was found out outranks it.
func assume(m *detect.Machine, facts map[string]string) error {
	for name, value := range facts {
		key := strings.ReplaceAll(strings.ToLower(name), "-", "_")
		if key == assumeOS {
			if !slices.Contains([]string{"linux", "windows", "darwin"}, value) {
				return fmt.Errorf("--assume os=%s: linux, windows or darwin is wanted", value)
			}
			if m.OS == "" {
				m.OS = value
			}
			continue
		}
		if err := checkAssumed(key, value); err != nil {
			return err
		}
		if m.Software == nil {
			m.Software, m.SoftwareSource = map[string]string{}, "--assume"
		}
		if _, found := m.Software[key]; !found {
			m.Software[key] = value
		}
	}
	return nil
}

func checkAssumed(key, value string) error {
	known := assumable()
	if !slices.Contains(known, key) {
		return fmt.Errorf("--assume knows no %q; it knows os, %s", key, strings.Join(known, ", "))
	}
	fact, _ := rules.Builtin().Fact("software." + key)
	is := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(value) }
	switch {
	case fact.Type == rules.Version && !is(assumedVersion):
		return fmt.Errorf("--assume %s=%s: a version such as 2.9.1 is wanted, or absent", key, value)
	case fact.Type == rules.Text && !is(assumedDay):
		return fmt.Errorf("--assume %s=%s: a day such as 2025-10-21 is wanted", key, value)
	}
	return nil
}

// assumedDays are the packages that are known by the day of their last change.
var assumedDays = []string{"wrapper", "kjnodes"}

// assumable lists the packages that rules know of.
func assumable() []string {
	var names []string
	for _, fact := range rules.Builtin().Facts() {
		if name, ok := strings.CutPrefix(fact.Name, "software."); ok && fact.Filler == "software" && fact.Type == rules.Version {
			names = append(names, name)
		}
	}
	names = append(names, assumedDays...)
	slices.Sort(names)
	return names
}
