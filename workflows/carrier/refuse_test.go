package carrier

import (
	"errors"
	"strings"
	"testing"
)

// TestRefused says what is wrong, and where.
func TestRefused(t *testing.T) {
	cut := func(file []byte, n int) []byte { return file[:len(file)-n] }
	inMeta := func(content ...[]byte) []byte { return join(ftyp(), mp4("moov", mp4("meta", join(content...)))) }
	whole := png(chunk("tEXt", "workflow\x00", flow))
	tests := []struct {
		name   string
		file   []byte
		reason string
		at     int64 // -1 for an error without a place
	}{
		{"no carrier", []byte("{}"), "no picture or video", -1},
		{"empty file", nil, "no picture or video", -1},
		{"GIF", []byte("GIF89a\x01\x00\x01\x00"), "a GIF picture: no workflow is read out of these", -1},
		{"PNG without", png(), "a PNG picture without a workflow: none of its text chunks (tEXt, zTXt, iTXt, comf) is named workflow or prompt", -1},
		{"PNG with other texts", png(chunk("tEXt", "parameters\x00a cat"), chunk("tEXt", "\x1b[31m\x00")), `there is "parameters", "\x1b[31m"`, -1},
		{"PNG with an empty one", png(chunk("tEXt", "workflow\x00")), `there is "workflow" without text`, -1},
		{"WebP without", webp(riff("EXIF", exif(le, "A camera: x"))), `a WebP picture without a workflow: none of its EXIF texts is named workflow or prompt; there is "A camera"`, -1},
		{"MP4 without", join(ftyp(), mp4("moov", mp4("udta", meta("encoder", "Lavf")))), `an MP4 or MOV video without a workflow: none of its metadata keys (moov/udta/meta) is named workflow or prompt; there is "encoder"`, -1},
		{"MP4 with a usual comment", join(ftyp(), mp4("moov", mp4("udta", meta("comment", `"{`)))), `there is "comment"`, -1},
		{"WebM without", webm(tags(simpleTag("ENCODER", "Lavf"))), "a WebM or MKV video without a workflow: none of its tags (SimpleTag)", -1},

		{"PNG cut off", png()[:40], "bytes are said to follow, but the file ends at byte 40", 33},
		{"PNG cut off in the text", cut(whole, len(chunk("IDAT", string(packed("\x00\x80"))))+12+10), "was it cut off?", 33},
		{"PNG not packed", png(chunk("zTXt", "workflow\x00\x00", flow)), `the zTXt chunk "workflow": it is not packed as it says`, 51},
		{"PNG packed otherwise", png(chunk("iTXt", "workflow\x00\x01\x02\x00\x00abc")), "packed by method 2, PNG has only 0", 54},
		{"PNG packed text cut off", png(chunk("zTXt", "workflow\x00\x00", string(cut(packed(flow), 5)))), "the packed text is broken: unexpected EOF", 51},
		{"PNG packed too much", png(chunk("zTXt", "workflow\x00\x00", string(packed(strings.Repeat(" ", maxText+1))))), "more than 64 MiB when unpacked", 51},
		{"PNG broken quotes", png(chunk("tEXt", "workflow\x00\"{\\q\"")), "a quoted text that is broken", 50},
		{"PNG quoted forever", png(chunk("tEXt", "workflow\x00", quoted(flow, 5))), "quoted more than 4 times", 50},
		{"WebP chunk beyond the end", cut(webp(riff("EXIF", exif(le, "workflow:"+flow))), 4), "was it cut off?", 40},
		{"WebP directory beyond the end", webp(riff("EXIF", []byte("II*\x00\x99\x00\x00\x00"))), "ends in front of its directory", 52},
		{"WebP directory too long", webp(riff("EXIF", []byte("II*\x00\x08\x00\x00\x00\xff\xff"))), "ends inside of its directory of 65535 fields", 56},
		{"WebP text beyond the end", webp(riff("EXIF", []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0f\x00\x02\xff\xff\xff\xff\x00\x00\x00\x10\x00\x00"))), "ends inside of a text of 4294967295 bytes", 58},
		{"WebP text far away", webp(riff("EXIF", []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0f\x00\x02\x00\x00\x00\x09\x99\x99\x99\x99\x00\x00"))), "ends inside of a text of 9 bytes", 58},
		{"JPEG without segments", []byte("\xff\xd8\xff\xe0\x00\x02junkjunkjunkjunk"), "a segment of the JPEG should begin here", 6},
		{"MP4 box too long", join(ftyp(), mp4("moov", mp4("udta", be.AppendUint32(nil, 99), []byte("meta")))), "a box of 99 bytes, where 8 are left", 40},
		{"MP4 box too short", join(ftyp(), []byte{0, 0, 0, 7}, []byte("moov")), "a box of 7 bytes, where 8 are left", 24},
		{"MP4 long box too long", join(ftyp(), []byte{0, 0, 0, 1}, []byte("mdat"), be.AppendUint64(nil, 1<<63)), "a box of 4611686018427387904 bytes", 24},
		{"MP4 key too long", inMeta(mp4("keys", fullBox, []byte{0, 0, 0, 1}, be.AppendUint32(nil, 50), []byte("mdtaworkflow"))), "a metadata key of 50 bytes, where 16 are left", 56},
		{"MP4 key too short", inMeta(mp4("keys", fullBox, []byte{0, 0, 0, 1}, be.AppendUint32(nil, 7), []byte("mdta"))), "a metadata key of 7 bytes", 56},
		{"MP4 too many keys", inMeta(mp4("keys", make([]byte, maxKeys+1))), "at most 1048576 are read", 48},
		{"FLAC without end", flac(nil)[:42], "4 bytes are said to follow", 42},
		{"FLAC text too long", flac(flacBlock(4, []byte("\x00\x00\x00\x00\x01\x00\x00\x00\x09\x00\x00\x00a=b"))), "a text of 9 bytes, where 3 are left", 54},
		{"FLAC comment too short", flac(flacBlock(4, []byte("\x09\x00"))), "the Vorbis comment ends where a length should stand", 46},
		{"latent cut off", safetensors("{}")[:9], "2 bytes are said to follow, but the file ends at byte 9", 8},
		{"latent without", safetensors(`{"__metadata__": {"format": "pt", "workflow": null}}`), `; there is "format"`, -1},
		{"latent without metadata", safetensors(`{"__metadata__": 5}`), "none of its metadata (__metadata__) is named", -1},
		{"WebM no element", join(ebmlHead(), []byte{0x00, 0x81}), "an element should begin here", 12},
		{"WebM id too wide", join(ebmlHead(), []byte{0x08, 1, 2, 3, 4, 0x81, 0}), "an element should begin here", 12},
		{"WebM without length", join(ebmlHead(), []byte{0xec}), "the length of an element should stand here", 13},
		{"WebM cut off", cut(webm(tags(simpleTag("WORKFLOW", flow))), 1), "was it cut off?", 51},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := read(t, test.file, Workflow, Prompt)
			if err == nil {
				t.Fatalf("read %+v", got)
			}
			if !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want %s", err, test.reason)
			}
			at := int64(-1)
			if broken := new(Error); errors.As(err, &broken) {
				at = broken.Offset
			}
			if at != test.at {
				t.Errorf("got byte %d, want %d: %v", at, test.at, err)
			}
		})
	}
}

// quoted writes a text as a JSON text n times.
func quoted(text string, n int) string {
	for range n {
		text = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
	}
	return text
}

// TestDamageBehind takes a text that is whole out of a file that is not.
func TestDamageBehind(t *testing.T) {
	whole := png(chunk("tEXt", "workflow\x00", flow))
	got, err := read(t, whole[:len(whole)-15], Workflow, Prompt)
	if err != nil || string(got.JSON) != flow {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got.Fault == nil || !strings.Contains(got.Fault.Error(), "was it cut off?") {
		t.Errorf("the damage is not told: %v", got.Fault)
	}
}
