package carrier

import (
	"io"
	"runtime"
	"testing"
)

// sparse is a large file of zeros with some bytes in it, which counts what is read.
type sparse struct {
	size  int64
	parts map[int64][]byte
	reads int64 // bytes
}

func (s *sparse) ReadAt(to []byte, at int64) (int, error) {
	if at >= s.size {
		return 0, io.EOF
	}
	clear(to)
	for start, part := range s.parts {
		if from := at - start; from >= 0 && from < int64(len(part)) {
			copy(to, part[from:])
		} else if from < 0 && -from < int64(len(to)) {
			copy(to[-from:], part)
		}
	}
	n := min(int64(len(to)), s.size-at)
	s.reads += n
	if n < int64(len(to)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// TestLargeVideo reads the end of videos of 5 GB, and nearly nothing else of them.
func TestLargeVideo(t *testing.T) {
	const picture = 5 << 30
	moov := mp4("moov", mp4("udta", meta("workflow", flow)))
	mdat := be.AppendUint64([]byte("\x00\x00\x00\x01mdat"), 16+picture)
	cluster := join(idBytes(0x1f43b675), be.AppendUint64(nil, 1<<56|picture))
	segment := join(ebmlHead(), endless(0x18538067))
	tests := []struct {
		name string
		head []byte
		tail []byte
	}{
		{"MP4", join(ftyp(), mdat), moov},
		{"WebM", join(segment, cluster), tags(simpleTag("WORKFLOW", flow))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tail := int64(len(test.head)) + picture
			file := &sparse{size: tail + int64(len(test.tail)), parts: map[int64][]byte{0: test.head, tail: test.tail}}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := Read(file, file.size, Workflow, Prompt)
			runtime.ReadMemStats(&after)
			if err != nil || string(got.JSON) != flow {
				t.Fatalf("got %+v, %v", got, err)
			}
			if file.reads > 1000 {
				t.Errorf("%d bytes were read", file.reads)
			}
			if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 100_000 {
				t.Errorf("%d bytes were allocated", bytes)
			}
		})
	}
}

// TestManyParts gives up on a file that is nothing but heads.
func TestManyParts(t *testing.T) {
	tests := []struct {
		name string
		file *sparse
	}{
		{"boxes without end", &sparse{size: 8 << 30, parts: map[int64][]byte{0: join(ftyp(), mp4("moov", be.AppendUint32(nil, 8)))}}},
		{"one text too large", &sparse{size: 1 << 40, parts: map[int64][]byte{0: join(ebmlHead(), endless(0x18538067),
			endless(0x67c8), element(0x45a3, []byte("WORKFLOW")), idBytes(0x4487), be.AppendUint64(nil, 1<<56|1<<39))}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := Read(test.file, test.file.size, Workflow); err == nil {
				t.Errorf("got %+v", got)
			}
			if test.file.reads > 64*maxParts {
				t.Errorf("%d bytes were read", test.file.reads)
			}
		})
	}
}
