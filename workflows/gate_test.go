package workflows_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/wanfix/wanfix/workflows"
)

// utf16Text writes text as UTF-16, as PowerShell's > does.
func utf16Text(text string, low, high int) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		pair := [2]byte{}
		pair[low], pair[high] = byte(unit), byte(unit>>8)
		b.Write(pair[:])
	}
	return b.String()
}

// manyKeys writes n different members, enough of them that a map is used.
func manyKeys(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"k%d":%d`, i, i)
	}
	return strings.Join(members, ",")
}

func nested(levels int) string {
	return `{"nodes":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + "}"
}

func TestParseRefuses(t *testing.T) {
	littleEndian, bigEndian := utf16Text(`{"nodes":[]}`, 0, 1), utf16Text(`{"nodes":[]}`, 1, 0)
	tests := []struct {
		name, text string
		at         string
		words      []string // all of them stand in the reason
	}{
		{"empty", "", "1:1", []string{"empty"}},
		{"only white space", " \n\t\r\n", "1:1", []string{"empty"}},
		{"only a byte order mark", "\ufeff", "1:1", []string{"empty"}},
		{"truncated in an object", "{\"nodes\": [\n {\"id\": 1,", "2:11", []string{"ends in the middle", "cut off"}},
		{"truncated in text", "{\"nodes\": [{\"type\": \"Wan", "1:25", []string{"ends in the middle"}},
		{"truncated after a backslash", `{"a":"\`, "1:8", []string{"ends in the middle"}},
		{"truncated in a word", `{"a":tru`, "1:9", []string{"ends in the middle"}},
		{"truncated before the last newline", "{\"nodes\":[]\n", "2:1", []string{"ends in the middle"}},

		{"NaN", "{\n  \"is_changed\": [NaN]}", "2:18", []string{"NaN is not JSON", "Python"}},
		{"Infinity", `{"a": Infinity}`, "1:7", []string{"Infinity is not JSON", "Python"}},
		{"-Infinity", `{"a": -Infinity}`, "1:7", []string{"-Infinity is not JSON", "Python"}},
		{"two braces that are no placeholder", `{"a": {{"b": 1}}}`, "1:8", []string{"not JSON", "'{'"}},
		{"None", `{"a": None}`, "1:7", []string{"not JSON", "'N'"}},

		{"trailing comma in an object", "{\"a\": 1,\n}", "2:1", []string{"not JSON", "'}'"}},
		{"trailing comma in a list", `{"a": [1, ]}`, "1:11", []string{"not JSON", "']'"}},
		{"comment", "{\n// mine\n\"nodes\": []}", "2:1", []string{"not JSON", "'/'"}},
		{"second value", `{"nodes":[]} {}`, "1:14", []string{"not JSON", "'{'"}},
		{"raw newline in text", "{\"a\":\"b\nc\"}", "1:8", []string{"not JSON", "string literal"}},

		{"placeholder", "{\n  \"steps\": {{STEPS}},\n}", "2:12", []string{"template placeholder", "{{STEPS}}", "filled in first"}},
		{"placeholder with blanks", `{"steps": {{ steps }}}`, "1:11", []string{"template placeholder", "{{ steps }}"}},
		{"placeholder in a list", `{"steps": [1, {{A}}, {{B}}]}`, "1:15", []string{"template placeholder", "{{A}}"}},
		{"placeholder with one brace", `{"steps": {steps}}`, "1:11", []string{"template placeholder", "{steps}"}},
		{"shell placeholder", `{"steps": ${STEPS}}`, "1:11", []string{"template placeholder", "${STEPS}"}},
		{"percent placeholder", `{"steps": %steps%}`, "1:11", []string{"template placeholder", "%steps%"}},
		{"template statement", "{% if x %}\n{}", "1:1", []string{"template placeholder", "{% if x %}"}},
		{"an object of JavaScript", `{nodes: []}`, "1:2", []string{"not JSON", "'n'"}},
		{"braces without an end", `{"steps": {{`, "1:12", []string{"not JSON", "'{'"}},

		{"key twice", "{\"nodes\": [],\n \"nodes\": []}", "2:2", []string{`"nodes"`, "twice"}},
		{"key twice, escaped", `{"a":1,"\u0061":2}`, "1:8", []string{`"a"`, "twice"}},
		{"key twice in a nested object", `{"nodes":[{"id":1,"x":{"b":0,"id":2,"b":{}}}]}`, "1:37", []string{`"b"`, "twice"}},
		{"key twice after a nested object", `{"a":{"b":{"c":1}},"a":1}`, "1:20", []string{`"a"`, "twice"}},
		{"key twice among many", `{` + manyKeys(40) + `,"k39":0}`, "1:342", []string{`"k39"`, "twice"}},
		{"first of many keys twice", `{` + manyKeys(24) + `,"k0":0}`, "1:198", []string{`"k0"`, "twice"}},
		{"key twice among many, escaped", `{` + manyKeys(30) + `,"\u006b3":0}`, "1:252", []string{`"k3"`, "twice"}},
		{"empty key twice", `{"":1,"":2}`, "1:7", []string{`""`, "twice"}},

		{"nesting 1001", nested(1001), "1:1009", []string{"nested more than 1000 levels"}},
		{"nesting 20000", nested(20000), "1:10009", []string{"nested more than 1000 levels"}},

		{"UTF-16 LE with BOM", "\xff\xfe" + littleEndian, "1:1", []string{"UTF-16", "PowerShell"}},
		{"UTF-16 BE with BOM", "\xfe\xff" + bigEndian, "1:1", []string{"UTF-16", "PowerShell"}},
		{"UTF-16 LE without BOM", littleEndian, "1:1", []string{"UTF-16", "PowerShell"}},
		{"UTF-16 BE without BOM", bigEndian, "1:1", []string{"UTF-16", "PowerShell"}},

		{"a list", "\n [1]", "2:2", []string{"not a workflow", "a list"}},
		{"a number", "42", "1:1", []string{"not a workflow", "42"}},
		{"text", `"workflow"`, "1:1", []string{"not a workflow", "text"}},
		{"null", "null", "1:1", []string{"not a workflow", "null"}},
		{"an empty object", "{}", "1:1", []string{"not a workflow", `"nodes"`, `"class_type"`}},
		{"nodes by name", `{"nodes":{"1":{}}}`, "1:1", []string{"not a workflow", `"nodes"`}},
		{"class_type that is no text", `{"1":{"class_type":5}}`, "1:1", []string{"not a workflow"}},

		{"columns count characters", `{"öß😀": NaN}`, "1:9", []string{"NaN"}},
		{"a byte order mark takes no column", "\ufeff{\"a\": NaN}", "1:7", []string{"NaN"}},
		{"lines that end in CRLF", "{\r\n\"a\":\r\n NaN}", "3:2", []string{"NaN"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := workflows.Parse([]byte(tt.text), classes{})
			var at *workflows.Error
			if !errors.As(err, &at) {
				t.Fatalf("error %v, want a *workflows.Error", err)
			}
			if got := at.Position.String(); got != tt.at {
				t.Errorf("position %s, want %s (%s)", got, tt.at, at.Reason)
			}
			if want := tt.at + ": " + at.Reason; at.Position.String() == tt.at && err.Error() != want {
				t.Errorf("text %q, want %q", err, want)
			}
			if at.Foreign != strings.HasPrefix(at.Reason, "not a workflow: ") {
				t.Errorf("foreign is %t: %s", at.Foreign, at.Reason)
			}
			for _, word := range tt.words {
				if !strings.Contains(at.Reason, word) {
					t.Errorf("reason %q, want %q in it", at.Reason, word)
				}
			}
		})
	}
}

func TestParseRefusesTooMuchText(t *testing.T) {
	head := []byte(`{"nodes":[]`)
	text := append(head, bytes.Repeat([]byte(" "), 64<<20-len(head))...)
	text[len(text)-1] = '}'
	if _, err := workflows.Parse(text, classes{}); err != nil {
		t.Errorf("64 MiB: %v, want it read", err)
	}
	_, err := workflows.Parse(append(text, '\n'), classes{})
	if err == nil || !strings.HasPrefix(err.Error(), "1:1: ") || !strings.Contains(err.Error(), "at most 64 MiB") {
		t.Errorf("64 MiB and one byte: error %v, want 1:1 and the limit", err)
	}
}

func TestParseAccepts(t *testing.T) {
	tests := []struct{ name, text string }{
		{"a byte order mark", "\ufeff" + ui(nodes())},
		{"CRLF", strings.ReplaceAll("{\n\"nodes\": [\n]\n}\n", "\n", "\r\n")},
		{"white space around it", "\n\t {\"nodes\":[]} \n\n"},
		{"nesting 1000", nested(1000)},
		{"the same key in different objects", ui(nodes(node(1, "A"), node(2, "A")))},
		{"the same many keys in different objects", `{"nodes":[],"a":{` + manyKeys(40) + `},"b":{` + manyKeys(40) + `}}`},
		{"a key that is also a value", `{"nodes":[],"a":"nodes","b":["a","a"]}`},
		{"keys that differ by an escape", `{"nodes":[],"a\\n":1,"a\n":2}`},
		{"braces, commas and quotes in text", `{"nodes":[],"a":"},{\"a\":[","b":"\\"}`},
		{"a placeholder in text", ui(nodes(node(1, "A", values(`"{{STEPS}}"`))))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, err := workflows.Parse([]byte(tt.text), classes{})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(file.BOM) + string(file.Src); got != tt.text {
				t.Errorf("BOM and Src are %q, want the text %q", got, tt.text)
			}
			if strings.HasPrefix(tt.text, "\ufeff") != (len(file.BOM) == 3) {
				t.Errorf("BOM %q", file.BOM)
			}
		})
	}
}
