package gpu

import (
	"strings"
	"testing"
)

func TestAt(t *testing.T) {
	found := Found{GPUs: []GPU{{Name: "A", Index: 0, UUID: "GPU-11aa"}, {Name: "B", Index: 2, UUID: "GPU-22bb"}}}
	tests := []struct {
		name       string
		found      Found
		index      int
		uuid       string
		want, says string
	}{
		{"by number", found, 2, "", "B", ""},
		{"by UUID", found, -1, "GPU-11aa", "A", ""},
		{"by its beginning, in another case", found, -1, "gpu-22", "B", ""},
		{"a number that is not there", found, 1, "", "", "want one of 0 (A, GPU-11aa), 2 (B, GPU-22bb)"},
		{"a UUID that is not there", found, -1, "GPU-33", "", "want one of"},
		{"no cards", Found{}, 0, "", "", "no card was found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g, err := test.found.At(test.index, test.uuid)
			if g.Name != test.want || (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q, %v; want %q, %q", g.Name, err, test.want, test.says)
			}
		})
	}
}
