package carrier

import (
	"bytes"
	"strings"
	"testing"
)

const (
	flow = `{"nodes": [], "version": 0.4}`
	ran  = `{"1": {"class_type": "A"}}`
)

// TestRead finds the texts in every place of every format, and says where it was.
func TestRead(t *testing.T) {
	utf16Path := `{"nodes": [], "extra": {"é": "日本"}}`
	tests := []struct {
		name  string
		file  []byte
		want  string
		where string
	}{
		{"PNG tEXt", png(chunk("tEXt", "prompt\x00", ran), chunk("tEXt", "workflow\x00", flow)), flow, `tEXt chunk "workflow"`},
		{"PNG prompt alone", png(chunk("tEXt", "prompt\x00", ran)), ran, `tEXt chunk "prompt"`},
		{"PNG in capitals", png(chunk("tEXt", "Workflow\x00", flow)), flow, `tEXt chunk "Workflow"`},
		{"PNG zTXt", png(chunk("zTXt", "workflow\x00\x00", string(packed(flow)))), flow, `zTXt chunk "workflow"`},
		{"PNG iTXt", png(chunk("iTXt", "workflow\x00\x00\x00en\x00Ablauf\x00", utf16Path)), utf16Path, `iTXt chunk "workflow"`},
		{"PNG iTXt, packed", png(chunk("iTXt", "workflow\x00\x01\x00\x00\x00", string(packed(utf16Path)))), utf16Path, `iTXt chunk "workflow"`},
		{"PNG Latin-1", png(chunk("tEXt", "workflow\x00{\"\xe9\": 1}")), `{"é": 1}`, `tEXt chunk "workflow"`},
		{"PNG UTF-8 where Latin-1 should be", png(chunk("tEXt", "workflow\x00{\"é\": 1}")), `{"é": 1}`, `tEXt chunk "workflow"`},
		{"PNG text behind the picture", png(chunk("IDAT"), chunk("comf", "workflow\x00", flow)), flow, `comf chunk "workflow"`},
		{"PNG empty workflow", png(chunk("tEXt", "workflow\x00null"), chunk("tEXt", "prompt\x00", ran)), ran, `tEXt chunk "prompt"`},
		{"WebP", webp(riff("EXIF", exif(le, "workflow:"+flow, "prompt:"+ran))), flow, `EXIF text "workflow"`},
		{"WebP, big-endian", webp(riff("EXIF", exif(be, "prompt:"+ran, "Workflow:"+flow))), flow, `EXIF text "Workflow"`},
		{"WebP with a JPEG's prefix", webp(riff("EXIF", append([]byte("Exif\x00\x00"), exif(be, "workflow:"+flow)...))), flow, `EXIF text "workflow"`},
		{"WebP prompt", webp(riff("EXIF", exif(le, "just a text", "prompt:"+ran))), ran, `EXIF text "prompt"`},
		{"JPEG", jpeg(segment(0xe0, []byte("JFIF\x00")), segment(0xe1, append([]byte("Exif\x00\x00"), exif(le, "workflow:"+flow)...))), flow, `EXIF text "workflow"`},
		{"MP4", join(ftyp(), mp4("mdat", make([]byte, 99)), mp4("moov", mp4("mvhd"), mp4("udta", meta("workflow", flow, "prompt", ran)))), flow, `metadata key "workflow"`},
		{"MP4 prompt", join(ftyp(), mp4("moov", mp4("udta", meta("encoder", "Lavf", "prompt", ran)))), ran, `metadata key "prompt"`},
		{"MP4 without moov around", join(ftyp(), mp4("udta", meta("WORKFLOW", flow))), flow, `metadata key "WORKFLOW"`},
		{"MP4 long boxes", join(ftyp(), long("mdat", make([]byte, 9)), long("moov", long("udta", meta("workflow", flow)))), flow, `metadata key "workflow"`},
		{"MP4 last box without length", join(ftyp(), join([]byte{0, 0, 0, 0}, mp4("moov", mp4("udta", meta("workflow", flow)))[4:])), flow, `metadata key "workflow"`},
		{"MP4 keys behind their values", join(ftyp(), mp4("moov", mp4("udta", mp4("meta", fullBox, handler,
			mp4("ilst", mp4("\x00\x00\x00\x01", dataBox(flow))), mp4("keys", fullBox, []byte{0, 0, 0, 1}, mp4("mdta", []byte("workflow"))))))), flow, `metadata key "workflow"`},
		{"MOV without version of meta", join(mp4("wide"), mp4("moov", mp4("meta", keysAndValues("workflow", flow)))), flow, `metadata key "workflow"`},
		{"MOV with zeros behind the list", join(ftyp(), mp4("moov", mp4("udta", meta("workflow", flow), make([]byte, 4)))), flow, `metadata key "workflow"`},
		{"MP4 comment", join(ftyp(), mp4("moov", mp4("udta", mp4("meta", fullBox, handler, mp4("ilst",
			mp4("\xa9too", dataBox("Lavf")), mp4("\xa9cmt", dataBox(`{"prompt": "{}", "workflow": `+flow+`, "CreationTime": "x"}`))))))), flow, `metadata key "comment"`},
		{"MOV comment", join(ftyp(), mp4("moov", mp4("udta", mp4("\xa9cmt", be.AppendUint16(nil, uint16(len(flow)+14)), []byte("\x55\xc4"), []byte(`{"workflow": `+flow+`}`))))), flow, `user data "comment"`},
		{"WebM", webm(element(0xec, make([]byte, 200)), tags(simpleTag("PROMPT", ran), simpleTag("WORKFLOW", flow))), flow, `tag "WORKFLOW"`},
		{"WebM tags at the end", webm(element(0x1f43b675, make([]byte, 70000)), tags(simpleTag("workflow", flow))), flow, `tag "workflow"`},
		{"WebM stream", join(ebmlHead(), endless(0x18538067, endless(0x1f43b675, element(0xe7, []byte{0}), element(0xa3, []byte("block"))), tags(simpleTag("WORKFLOW", flow)))), flow, `tag "WORKFLOW"`},
		{"WebM tag inside of a tag", webm(tags(element(0x67c8, element(0x45a3, []byte("A")), element(0x4487, []byte("b")), simpleTag("WORKFLOW", flow)))), flow, `tag "WORKFLOW"`},
		{"WebM text in front of its name", webm(tags(element(0x67c8, element(0x4487, []byte(flow)), element(0x45a3, []byte("WORKFLOW"))))), flow, `tag "WORKFLOW"`},
		{"WebM comment", webm(tags(simpleTag("COMMENT", `{"workflow": `+flow+`}`))), flow, `tag "COMMENT"`},
		{"FLAC", flac(flacBlock(4, vorbis("encoder=Lavf", "WORKFLOW="+flow, "prompt="+ran))), flow, `Vorbis comment "WORKFLOW"`},
		{"latent", safetensors(`{"__metadata__": {"prompt": ` + quoted(ran, 1) + `, "workflow": ` + quoted(flow, 1) + `}, "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}`), flow, `metadata "workflow"`},
		{"quoted", webm(tags(simpleTag("PROMPT", `"{\"1\": {\"class_type\": \"A\"}}"`))), ran, `tag "PROMPT"`},
		{"quoted in a comment", webm(tags(simpleTag("COMMENT", `{"prompt": "{\"1\": {\"class_type\": \"A\"}}", "workflow": null}`))), ran, `tag "COMMENT"`},
		{"quoted three times", png(chunk("tEXt", `prompt`+"\x00"+`"\"\\\"{}\\\"\""`)), `{}`, `tEXt chunk "prompt"`},
		{"with zeros behind", webm(tags(simpleTag("WORKFLOW", flow+"\x00\x00"))), flow, `tag "WORKFLOW"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := read(t, test.file, Workflow, Prompt)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.JSON) != test.want || got.Where != test.where {
				t.Errorf("%s holds %s, want %s in %s", got.Where, got.JSON, test.want, test.where)
			}
			isPrompt := strings.HasPrefix(test.want, `{"1"`) || test.want == `{}`
			if isPrompt != (got.Key == Prompt) || isPrompt != (got.Without == Workflow) {
				t.Errorf("it is said to be the %s, without %q", got.Key, got.Without)
			}
			if got.Copies != 1 || got.Nulled != 0 || got.Fault != nil {
				t.Errorf("%d copies, %d nulls, fault %v", got.Copies, got.Nulled, got.Fault)
			}
		})
	}
}

// TestOffset finds a text that is written as it is where it says.
func TestOffset(t *testing.T) {
	for _, file := range [][]byte{
		png(chunk("tEXt", "workflow\x00", flow)),
		png(chunk("iTXt", "workflow\x00\x00\x00en\x00Ablauf\x00", flow)),
		webp(riff("EXIF", append([]byte("Exif\x00\x00"), exif(be, "workflow:"+flow)...))),
		join(ftyp(), mp4("moov", mp4("udta", meta("workflow", flow)))),
		flac(flacBlock(4, vorbis("workflow="+flow))),
		webm(tags(simpleTag("WORKFLOW", flow))),
	} {
		got, err := read(t, file, Workflow)
		if want := bytes.Index(file, []byte(flow)); err != nil || got.Offset != int64(want) {
			t.Errorf("got %+v, %v, want byte %d", got, err, want)
		}
	}
}

func TestLastCopyCounts(t *testing.T) {
	file := png(chunk("tEXt", "workflow\x00{}"), chunk("iTXt", "Workflow\x00\x00\x00\x00\x00", flow))
	got, err := read(t, file, Workflow)
	if err != nil || string(got.JSON) != flow || got.Copies != 2 {
		t.Errorf("got %+v, %v, want the last of 2", got, err)
	}
}

func TestPromptAlone(t *testing.T) {
	file := png(chunk("tEXt", "prompt\x00", ran), chunk("tEXt", "workflow\x00", flow))
	got, err := read(t, file, Prompt)
	if err != nil || string(got.JSON) != ran || got.Without != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestNaN reads what Python writes for numbers that are none, and nothing else.
func TestNaN(t *testing.T) {
	tests := []struct {
		name, text, want string
		nulled           int
	}{
		{"is_changed", `{"1": {"is_changed": [NaN]}}`, `{"1": {"is_changed": [null]}}`, 1},
		{"all three", `{"a":NaN,"b":[Infinity, -Infinity]}`, `{"a":null,"b":[null, null]}`, 3},
		{"in strings and keys", `{"NaN": "a\"NaN", "b": "\\", "c": NaN}`, `{"NaN": "a\"NaN", "b": "\\", "c": null}`, 1},
		{"parts of words", `{"a": NaNs, "b": 1e+Infinity}`, `{"a": NaNs, "b": 1e+Infinity}`, 0},
		{"open string", `{"a": "NaN`, `{"a": "NaN`, 0},
		{"in a quoted text", `"{\"a\": NaN}"`, `{"a": null}`, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := read(t, webm(tags(simpleTag("PROMPT", test.text))), Prompt)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.JSON) != test.want || got.Nulled != test.nulled {
				t.Errorf("got %s with %d nulls, want %s with %d", got.JSON, got.Nulled, test.want, test.nulled)
			}
		})
	}
	t.Run("in a comment", func(t *testing.T) {
		file := webm(tags(simpleTag("COMMENT", `{"workflow": {"a": NaN}, "prompt": "{\"b\": [NaN, NaN]}"}`)))
		for key, want := range map[Key]int{Workflow: 1, Prompt: 2} {
			if got, err := read(t, file, key); err != nil || got.Nulled != want {
				t.Errorf("%s: got %+v, %v, want %d nulls", key, got, err, want)
			}
		}
	})
}

func TestRecognise(t *testing.T) {
	tests := []struct{ name, head, want string }{
		{"workflow", `{"last_node_id": 5`, ""},
		{"key like a box", `{ "moov": {"class_type"`, ""},
		{"key like a box on a line of its own", "{\r\n\"skip\": 1}", ""},
		{"nothing", "", ""},
		{"short", "RIFF", ""},
		{"sound", "RIFF\x00\x00\x00\x00WAVE", ""},
		{"MOV", "\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "an MP4 or MOV video"},
		{"GIF", "GIF89a", "a GIF picture"},
		{"AVIF", "\x00\x00\x00\x1cftypavif", "an AVIF or HEIC picture"},
		{"latent", "\x40\x01\x00\x00\x00\x00\x00\x00{\"", "a latent or other safetensors file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Recognise([]byte(test.head)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
