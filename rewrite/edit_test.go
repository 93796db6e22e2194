package rewrite

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/wanfix/wanfix/workflows"
)

func edit(start, end int, text string) Edit {
	return Edit{workflows.Span{Start: start, End: end}, text}
}

func TestSplice(t *testing.T) {
	tests := []struct {
		name  string
		edits []Edit
		want  string // "" for an error
	}{
		{"nothing", nil, "0123456789"},
		{"replace, whatever the order", []Edit{edit(7, 8, "seven"), edit(1, 3, "x")}, "0x3456seven89"},
		{"insert at both ends", []Edit{edit(0, 0, "<"), edit(10, 10, ">")}, "<0123456789>"},
		{"insert twice at one place", []Edit{edit(5, 5, "a"), edit(5, 5, "b")}, "01234ab56789"},
		{"side by side", []Edit{edit(2, 4, ""), edit(4, 6, "")}, "016789"},
		{"overlap", []Edit{edit(2, 5, ""), edit(4, 6, "")}, ""},
		{"one inside the other", []Edit{edit(2, 8, ""), edit(4, 5, "x")}, ""},
		{"beyond the end", []Edit{edit(9, 11, "")}, ""},
		{"backwards", []Edit{edit(5, 4, "")}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, err := splice([]byte("0123456789"), test.edits)
			if (err != nil) != (test.want == "") || string(out) != test.want {
				t.Errorf("%q, %v; want %q", out, err, test.want)
			}
		})
	}
}

// removed takes members out of a list or object that is a whole text.
func removed(t *testing.T, text string, gone ...int) string {
	t.Helper()
	container := gjson.Parse(text)
	it := itemsOf(container)
	for _, i := range gone {
		it.gone[i] = true
	}
	out, err := splice([]byte(text), it.removals(workflows.Span{Start: container.Index, End: container.Index + len(container.Raw)}))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestRemovals(t *testing.T) {
	const pretty = "[\n  1,\n  [2, 2],\n  {\"3\": 3},\n  4\n]"
	const python = `{"a": 1, "b": [2], "c": {"d": 4}}`
	tests := []struct {
		name, text string
		gone       []int
		want       string
	}{
		{"first", pretty, []int{0}, "[\n  [2, 2],\n  {\"3\": 3},\n  4\n]"},
		{"middle", pretty, []int{1}, "[\n  1,\n  {\"3\": 3},\n  4\n]"},
		{"last", pretty, []int{3}, "[\n  1,\n  [2, 2],\n  {\"3\": 3}\n]"},
		{"first two", pretty, []int{0, 1}, "[\n  {\"3\": 3},\n  4\n]"},
		{"last two", pretty, []int{2, 3}, "[\n  1,\n  [2, 2]\n]"},
		{"every other", pretty, []int{0, 2}, "[\n  [2, 2],\n  4\n]"},
		{"all", pretty, []int{0, 1, 2, 3}, "[]"},
		{"the only one", `[ 7 ]`, []int{0}, "[]"},
		{"a key", python, []int{1}, `{"a": 1, "c": {"d": 4}}`},
		{"the first key", python, []int{0}, `{"b": [2], "c": {"d": 4}}`},
		{"all keys", python, []int{0, 1, 2}, "{}"},
		{"minified", `[1,2,3]`, []int{1}, `[1,3]`},
		{"CRLF", "[\r\n\t1,\r\n\t2\r\n]", []int{1}, "[\r\n\t1\r\n]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := removed(t, test.text, test.gone...); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestRemovalsLikeSJSON removes random members all at once and one by one.
func TestRemovalsLikeSJSON(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	spaces := []string{"", " ", "\n  ", "\r\n\t"}
	for n := range 500 {
		object := n%2 == 1
		size := 1 + random.IntN(7)
		space := spaces[random.IntN(len(spaces))]
		var members []string
		for i := range size {
			member := []string{"1", `"a,b"`, "[1,2]", `{"x": [1]}`, "null"}[random.IntN(5)]
			if object {
				member = strconv.Quote("key"+strconv.Itoa(i)) + ":" + space + member
			}
			members = append(members, member)
		}
		text := "[" + space + strings.Join(members, ","+space) + space + "]"
		if object {
			text = "{" + text[1:len(text)-1] + "}"
		}
		gone := random.Perm(size)[:1+random.IntN(size)]
		got := removed(t, text, gone...)
		slices.Sort(gone)
		want := text
		for _, i := range slices.Backward(gone) {
			path := strconv.Itoa(i)
			if object {
				path = "key" + path
			}
			var err error
			if want, err = sjson.Delete(want, path); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
			t.Fatalf("%q without %v (-sjson +got):\n%s", text, gone, diff)
		}
		for i, member := range members {
			if !slices.Contains(gone, i) && !strings.Contains(got, member) {
				t.Fatalf("%q without %v is %q: %q is not as it was", text, gone, got, member)
			}
		}
	}
}

// decoded reads JSON with its numbers as they are written.
func decoded(t testing.TB, text string) any {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(fmt.Errorf("%q: %w", text, err))
	}
	return v
}
