package software

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestReleasesInOrder holds that versions and days rise together, or a span would be empty.
func TestReleasesInOrder(t *testing.T) {
	for fact, list := range releases {
		var before []uint64
		since := ""
		for line := range strings.Lines(list) {
			version, day, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ",")
			now, ok := numbers(version)
			if !ok || !IsDay(day) {
				t.Fatalf("%s: %q: want a version and its day, as 1.3.7,2025-10-19", fact, line)
			}
			if slices.Compare(before, now) >= 0 || since >= day {
				t.Errorf("%s: %s does not come after the line before it", fact, version)
			}
			before, since = now, day
		}
	}
}

func TestSpanOf(t *testing.T) {
	const list = "1.0.0,2025-02-25\n1.1.0,2025-03-22\n1.9.0,2025-05-01\n1.10.0,2025-06-20\n"
	for _, tt := range []struct{ version, want string }{
		{"1.0.0", "2025-02-25…2025-03-22"},
		{"1.0.5", "2025-02-25…2025-03-22"},
		{"1.1.0", "2025-03-22…2025-05-01"},
		{"1.8.99", "2025-03-22…2025-05-01"},
		{"1.9.0", "2025-05-01…2025-06-20"},
		{"1.9.12", "2025-05-01…2025-06-20"},
		{"1.10.0", "2025-06-20…"},
		{"1.10.1", "2025-06-20…"},
		{"2.0.0", "2025-06-20…"},
		{"0.9.9", ""},
		{"", ""},
		{"1.1", ""},
		{"1.1.0.1", ""},
		{"1.1.0rc1", ""},
		{"1.1.+0", ""},
		{"1.1.0.post1", ""},
		{"absent", ""},
		{"1.1.99999999999999999999", ""},
	} {
		t.Run(tt.version, func(t *testing.T) {
			span, ok := spanOf(tt.version, list)
			if ok != (tt.want != "") || ok && span.String() != tt.want {
				t.Errorf("got %s, %v, want %q", span, ok, tt.want)
			}
		})
	}
}

// TestSpan reads packs of which only the version is known.
func TestSpan(t *testing.T) {
	now := body(evening, "x")
	toml := func(version string) map[string]string {
		return map[string]string{"pyproject.toml": "[project]\nversion = \"" + version + "\"\n"}
	}
	const wrapper, kjnodes = "custom_nodes/ComfyUI-WanVideoWrapper", "custom_nodes/ComfyUI-KJNodes"
	for _, tt := range []struct {
		name, fact string
		files      map[string]string
		want       string // "" is no span
		words      string
	}{
		{"a ZIP file taken apart", "wrapper", under(wrapper+"-main", toml("1.3.7")), "2025-10-19…2025-10-30", "some day from 2025-10-19 to 2025-10-30"},
		{"the newest", "wrapper", under(wrapper, toml("1.4.7")), "2026-02-02…", "some day since 2026-02-02"},
		{"a commit that cannot be read", "wrapper", under(wrapper, clone(hashOf(now))), "2025-10-30…2025-11-11", "some day from 2025-10-30 to 2025-11-11"},
		{"a clone", "wrapper", under(wrapper, clone(hashOf(now), under(".git", looseObject(now)))), "", ""},
		{"before the first", "wrapper", under(wrapper, toml("0.1.0")), "", ""},
		{"no version", "wrapper", under(wrapper, toml("new")), "", ""},
		{"not there", "wrapper", nil, "", ""},
		{"twice", "wrapper", merge(under(wrapper, toml("1.3.7")), under(wrapper+"-main", toml("1.3.7"))), "", ""},
		{"a pack without a list", "kjnodes", under(kjnodes, toml("1.1.9")), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := read(open(t, tree(t, merge(comfyTree, tt.files))), "linux", nil)
			span, source, ok := v.Span(tt.fact)
			if ok != (tt.want != "") {
				t.Fatalf("got %s, %v, want %q", span, ok, tt.want)
			}
			if !ok {
				if strings.Contains(v[tt.fact].Why, "some day") || strings.Contains(v.Values()[tt.fact], "…") {
					t.Errorf("%+v, written %q, tells a span", v[tt.fact], v.Values()[tt.fact])
				}
				return
			}
			version := v[tt.fact+"_version"].Value
			if span.String() != tt.want || span.Words() != tt.words || v.Values()[tt.fact] != tt.want {
				t.Errorf("got %s, %q, written %q, want %s, %q", span, span.Words(), v.Values()[tt.fact], tt.want, tt.words)
			}
			if !strings.HasPrefix(source, "version "+version+" in ") || filepath.Base(source) != "pyproject.toml" {
				t.Errorf("the source is %q", source)
			}
			if why := v[tt.fact].Why; !strings.Contains(why, "; "+source+": "+tt.words+": say --assume "+tt.fact+"=…") {
				t.Errorf("the day is not known because %q, want the span told", why)
			}
		})
	}
}

// TestSpanYields holds that a day which a person says counts, and the version found no more.
func TestSpanYields(t *testing.T) {
	found := Versions{"wrapper": {Why: "no clone"}, "wrapper_version": {Value: "1.3.7", Source: "f"}}
	if span, source, _ := found.Span("wrapper"); span.String() != "2025-10-19…2025-10-30" || source != "version 1.3.7 in f" {
		t.Errorf("got %s, %q", span, source)
	}
	found["wrapper"] = Fact{Value: "2025-10-21", Source: "--assume"}
	if span, _, ok := found.Span("wrapper"); ok {
		t.Errorf("got %s of a day that is known", span)
	}
	if got := found.Values()["wrapper"]; got != "2025-10-21" {
		t.Errorf("got %s, want the day", got)
	}
}

func TestParseSpan(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Span
		ok   bool
	}{
		{"2025-10-19…2025-10-30", Span{"2025-10-19", "2025-10-30"}, true},
		{"2025-10-19…2025-10-19", Span{"2025-10-19", "2025-10-19"}, true},
		{"2026-02-02…", Span{"2026-02-02", ""}, true},
		{"2025-10-19", Span{}, false},
		{"…2025-10-19", Span{}, false},
		{"…", Span{}, false},
		{"2025-10-30…2025-10-19", Span{}, false},
		{"2025-10-19…2025-02-30", Span{}, false},
		{"2025-13-19…", Span{}, false},
		{"2025-10-19…2025-10-20…2025-10-21", Span{}, false},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got, ok := ParseSpan(tt.text)
			if got != tt.want || ok != tt.ok {
				t.Errorf("got %+v, %v, want %+v, %v", got, ok, tt.want, tt.ok)
			}
			if ok && got.String() != tt.text {
				t.Errorf("written again it is %s", got)
			}
		})
	}
}

func TestSpanHas(t *testing.T) {
	closed, open := Span{"2025-10-19", "2025-10-30"}, Span{First: "2025-10-19"}
	for _, tt := range []struct {
		day          string
		closed, open bool
	}{
		{"2025-10-18", false, false},
		{"2025-10-19", true, true},
		{"2025-10-30", true, true},
		{"2025-10-31", false, true},
	} {
		if closed.Has(tt.day) != tt.closed || open.Has(tt.day) != tt.open {
			t.Errorf("%s: %v and %v, want %v and %v", tt.day, closed.Has(tt.day), open.Has(tt.day), tt.closed, tt.open)
		}
	}
}
