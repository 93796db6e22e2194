package plan

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/modelfile"
)

// ByName finds the model that a file name stands for, with either slash in its path. Where several
// models share a name the bytes are the same; false where nothing in the name tells.
func ByName(file string) (Model, bool) {
	name := fold(file)
	for line := range lines() {
		if named(line, name) {
			return decode(line), true
		}
	}
	return Model{}, false
}

// ByHeader finds the model that a header shows, with the file's name as a hint between models of
// the same tensors (MoCha and Phantom look like any T2V). A family that the table does not know
// is still a model if the header shows its width: its bytes are in the header as well.
func ByHeader(h *modelfile.Header, file string) (Model, bool) {
	if h.Dim == 0 || h.Kind != modelfile.Diffusion && h.Kind != modelfile.Module {
		return Model{}, false
	}
	module := h.Kind == modelfile.Module
	name := fold(file)
	var plainest string
	for line := range lines() {
		got := gjson.GetMany(line, "family", "dim", "module")
		if got[0].Str != h.Family || got[1].Int() != int64(h.Dim) || got[2].Bool() != module {
			continue
		}
		if named(line, name) {
			return decode(line), true
		}
		plainest = line // the last is the plainest
	}
	if plainest != "" {
		return decode(plainest), true
	}
	m := Model{Name: h.Family, Family: h.Family, Module: module, Dim: h.Dim, FFN: h.FFN, Heads: h.Dim / 128, Stride: 8,
		Blocks: len(h.Blocks), VACE: len(h.VACEBlocks)}
	if h.Dim == 3072 {
		m.Stride = 16
	}
	return m, true
}

// named reports whether a folded file name has all words of one of a line's names.
func named(line, name string) (found bool) {
	gjson.Get(line, "names").ForEach(func(_, words gjson.Result) bool {
		found = true
		for word := range strings.FieldsSeq(words.Str) {
			found = found && strings.Contains(name, " "+word+" ")
		}
		return !found
	})
	return found
}

// spellings are the ways in which people write the words of the table.
var spellings = strings.NewReplacer(
	"_", " ", "-", " ", "1_3b", "1.3b", "1-3b", "1.3b", "1_7b", "1.7b", "a14b", "14b", "control1.3b", "control 1.3b",
	"wan21", "wan 2.1", "wan2_1", "wan 2.1", "wan2.1", "wan 2.1", "wan22", "wan 2.2", "wan2_2", "wan 2.2", "wan2.2", "wan 2.2",
	"v1_1", "v1.1", "fun1_1", "fun v1.1", "image_to_video", "i2v", "text_to_video", "t2v", "image2video", "i2v", "text2video", "t2v",
	"highnoise", "high noise", "lownoise", "low noise", "funcontrol", "fun control", "inpaint", "inp",
)

// fold writes a file name in lower case, its words between blanks.
func fold(file string) string {
	name := strings.ToLower(file[strings.LastIndexAny(file, `/\`)+1:])
	for _, end := range []string{".safetensors", ".gguf", ".pth"} {
		name = strings.TrimSuffix(name, end)
	}
	return " " + strings.Join(strings.Fields(spellings.Replace(name)), " ") + " "
}
