package gpu

import (
	"strings"
	"testing"
)

func TestAt(t *testing.T) {
	found := Found{GPUs: []GPU{{Name: "A", Index: 0, UUID: "GPU-11aa"}, {Name: "B", Index: 2, UUID: "GPU-22bb"}}}
	cut := Found{GPUs: []GPU{{Name: "A", Index: 1, UUID: "GPU-11aa"}, {Name: "1g", UUID: "MIG-1"}, {Name: "3g", UUID: "MIG-12"}}}
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
		{"a beginning of two UUIDs", found, -1, "GPU", "", "2 of the 2 cards fit, want one of --gpu-index 0 (A), --gpu-index 2 (B)"},
		{"a card cut into slices", cut, 0, "", "", "2 of the 3 cards fit, want one of --gpu-uuid MIG-1 (1g), --gpu-uuid MIG-12 (3g)"},
		{"slices and nothing else", Found{GPUs: cut.GPUs[1:]}, 0, "", "", "2 of the 2 slices fit"},
		{"a UUID that begins another", cut, -1, "mig-1", "1g", ""},
		{"a beginning of one slice", cut, -1, "MIG-12", "3g", ""},
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
