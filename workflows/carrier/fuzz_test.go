package carrier

import (
	"bytes"
	"errors"
	"testing"
)

// counted counts the bytes that are read of a file.
type counted struct {
	*bytes.Reader
	reads int64
}

func (c *counted) ReadAt(to []byte, at int64) (int, error) {
	n, err := c.Reader.ReadAt(to, at)
	c.reads += int64(n)
	return n, err
}

// fuzz reads files of one format, with any bytes behind what they begin with. It wants
// a place inside of the file for every fault and text, and no more work than the file
// is long.
func fuzz(f *testing.F, head string, bodies ...[]byte) {
	for _, body := range bodies {
		if !bytes.HasPrefix(body, []byte(head)) {
			f.Fatalf("a file of this format begins with %q", body[:len(head)])
		}
		f.Add(body[len(head):])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		file := &counted{Reader: bytes.NewReader(append([]byte(head), body...))}
		for _, keys := range [][]Key{{Workflow, Prompt}, {Prompt}} {
			got, err := Read(file, file.Size(), keys...)
			fault := err
			if err == nil {
				fault = got.Fault
				if len(got.JSON) == 0 || len(got.JSON) > maxText || got.Offset <= 0 || got.Offset > file.Size() || got.Copies < 1 {
					t.Errorf("a file of %d bytes: %+v", file.Size(), got)
				}
			}
			if broken := new(Error); errors.As(fault, &broken) && (broken.Offset < 0 || broken.Offset > file.Size()) {
				t.Errorf("a file of %d bytes: %v", file.Size(), broken)
			}
		}
		if limit := 200 + 30*file.Size(); file.reads > limit {
			t.Errorf("%d bytes were read of %d", file.reads, file.Size())
		}
	})
}

func FuzzPNG(f *testing.F) {
	fuzz(f, pngSignature, png(chunk("tEXt", "workflow\x00", flow), chunk("zTXt", "prompt\x00\x00", string(packed(ran)))),
		png(chunk("iTXt", "workflow\x00\x01\x00en\x00x\x00", string(packed(flow)))), png(chunk("comf", "prompt\x00", quoted(ran, 2))))
}

func FuzzWebP(f *testing.F) {
	fuzz(f, "RIFF", webp(riff("EXIF", exif(le, "workflow:"+flow, "prompt:"+ran))), webp(riff("EXIF", exif(be, "Prompt:{\"a\": NaN}"))))
}

func FuzzJPEG(f *testing.F) {
	fuzz(f, "\xff\xd8\xff", jpeg(segment(0xe1, append([]byte("Exif\x00\x00"), exif(be, "workflow:"+flow)...))))
}

func FuzzMP4(f *testing.F) {
	fuzz(f, string(ftyp()), join(ftyp(), mp4("mdat"), mp4("moov", mp4("udta", meta("workflow", flow, "prompt", ran)))),
		join(ftyp(), long("moov", mp4("meta", keysAndValues("comment", `{"workflow": {}}`)))),
		join(ftyp(), mp4("moov", mp4("udta", mp4("\xa9cmt", []byte("\x00\x02\x00\x00{}"))))))
}

func FuzzFLAC(f *testing.F) {
	fuzz(f, "fLaC", flac(flacBlock(4, vorbis("workflow="+flow, "prompt="+ran))))
}

func FuzzSafetensors(f *testing.F) {
	fuzz(f, "", safetensors(`{"__metadata__": {"prompt": `+quoted(ran, 1)+`, "workflow": `+quoted(flow, 1)+`}}`))
}

func FuzzWebM(f *testing.F) {
	fuzz(f, string(ebmlHead()), webm(tags(simpleTag("PROMPT", ran), simpleTag("WORKFLOW", flow))),
		join(ebmlHead(), endless(0x18538067, endless(0x1f43b675, element(0xe7, []byte{0})), tags(simpleTag("COMMENT", `{"prompt": "{}"}`)))))
}
