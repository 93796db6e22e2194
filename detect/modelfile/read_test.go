package modelfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBytesAgreeWithTheWrapper compares what stands in blocks and outside with the parameters that
// were counted by instantiating the wrapper's own modules. A BF16 file has two bytes for each.
func TestBytesAgreeWithTheWrapper(t *testing.T) {
	for _, tt := range []struct {
		name                   string
		model                  wan
		family, size           string
		blocks                 int
		block, outside, ffnDim int64
	}{
		{"2.1 T2V 1.3B", t2v13b, "t2v", "1.3B", 30, 46440704, 25775680, 8960},
		{"2.1 T2V 14B, 2.2 T2V A14B", t2v14b, "t2v", "14B", 40, 351394304, 232719424, 13824},
		{"2.1 I2V 14B", i2v14b, "i2v", "14B", 40, 403838464, 241340224, 13824},
		{"2.2 I2V A14B", i2v22, "i2v-2.2", "14B", 40, 351394304, 233129024, 13824},
		{"2.2 TI2V 5B", ti2v5b, "ti2v", "5B", 30, 163656704, 90086592, 14336},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := read(t, safetensorsFile(t, "BF16", tt.model.model()))
			if h.Kind != Diffusion || h.Family != tt.family || h.Size() != tt.size {
				t.Errorf("got a %s of family %q and size %q, want %s", h.Kind, h.Family, h.Size(), tt.family)
			}
			if len(h.Blocks) != tt.blocks || h.BlockBytes() != 2*tt.block || slices.Min(h.Blocks) != 2*tt.block {
				t.Errorf("got %d blocks of %d to %d bytes, want %d of %d", len(h.Blocks), slices.Min(h.Blocks), h.BlockBytes(), tt.blocks, 2*tt.block)
			}
			if h.Outside != 2*tt.outside {
				t.Errorf("got %d bytes outside, want %d", h.Outside, 2*tt.outside)
			}
			if int64(h.Dim) != tt.model.dim || int64(h.InChannels) != tt.model.channels || int64(h.FFN) != tt.ffnDim {
				t.Errorf("got dim %d, channels %d, ffn %d", h.Dim, h.InChannels, h.FFN)
			}
		})
	}
}

func TestVACE(t *testing.T) {
	const first, rest, patch = 2 * 403833344, 2 * 377613824, 2 * (96*4 + 1) * 5120
	for _, tt := range []struct {
		name  string
		parts []part
		kind  Kind
		main  int
	}{
		{"module", t2v14b.vace(8), Module, 0},
		{"whole model", join(t2v14b.model(), t2v14b.vace(8)), Diffusion, 40},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := read(t, safetensorsFile(t, "BF16", tt.parts))
			if h.Kind != tt.kind || h.Family != "vace" || h.Dim != 5120 {
				t.Errorf("got a %s of family %q, dim %d", h.Kind, h.Family, h.Dim)
			}
			if len(h.VACEBlocks) != 8 || h.VACEBlocks[0] != first || h.VACEBytes() != first+7*rest {
				t.Errorf("got VACE blocks of %v bytes", h.VACEBlocks)
			}
			if len(h.Blocks) != tt.main {
				t.Errorf("got %d blocks, want %d", len(h.Blocks), tt.main)
			}
			if tt.main == 0 && h.Outside != patch {
				t.Errorf("got %d bytes outside, want %d", h.Outside, patch)
			}
		})
	}
}

// TestAnimateFaces moves the face blocks to where the wrapper has them.
func TestAnimateFaces(t *testing.T) {
	parts := append(i2v14b.model(), p("pose_patch_embedding.weight", 5120, 16, 1, 2, 2))
	for _, i := range []string{"0", "1", "7"} {
		parts = append(parts, p("face_adapter.fuser_blocks."+i+".linear1_kv.weight", 10240, 5120))
	}
	h := read(t, safetensorsFile(t, "BF16", parts))
	var larger []int
	for i, bytes := range h.Blocks {
		if bytes > h.Blocks[1] {
			larger = append(larger, i)
		}
	}
	if diff := cmp.Diff([]int{0, 5, 35}, larger); diff != "" || h.Family != "animate" || h.Linears["BF16"].Tensors != 12*40 {
		t.Errorf("family %q, %d matrices, larger blocks %s", h.Family, h.Linears["BF16"].Tensors, diff)
	}
}

// TestRead reads files from disk, a sparse one of 28 GB among them.
func TestRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("os.Truncate makes no sparse files here")
	}
	for _, tt := range []struct {
		name   string
		file   sparse
		format Format
	}{
		{"Wan2_1-T2V-14B_bf16.safetensors", safetensorsFile(t, "BF16", t2v14b.model()), Safetensors},
		{"by content.safetensors", ggufModel(t, "wan", "BF16", t2v14b.model()), GGUF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := Read(write(t, tt.name, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if h.Format != tt.format || h.Family != "t2v" || h.Bytes != 2*14288491584 {
				t.Errorf("got %s of family %q with %d bytes", h.Format, h.Family, h.Bytes)
			}
		})
	}
}

// broken is a disk that gives up at some offset.
type broken struct {
	sparse
	from int64
}

var errDisk = errors.New("the disk gave up")

func (b broken) ReadAt(to []byte, at int64) (int, error) {
	if at+int64(len(to)) > b.from {
		return 0, errDisk
	}
	return b.sparse.ReadAt(to, at)
}

// TestDiskFails passes on what the disk says: the file is not at fault.
func TestDiskFails(t *testing.T) {
	model := t2v13b.model() // its header has 80 kB and more
	for _, file := range []sparse{safetensorsFile(t, "BF16", model), ggufModel(t, "wan", "BF16", model)} {
		for _, from := range []int64{0, 20, 5000} {
			if _, err := ReadFrom(broken{file, from}, file.size); !errors.Is(err, errDisk) {
				t.Errorf("got %v from a disk that gives up at %d", err, from)
			}
		}
	}
}

// TestFileShrinks reads a file that is shorter than it was said to be.
func TestFileShrinks(t *testing.T) {
	model := t2v13b.model() // its header has 80 kB and more
	for _, file := range []sparse{safetensorsFile(t, "BF16", model), ggufModel(t, "wan", "BF16", model)} {
		said := file.size
		file.size, file.head, file.TB = 6000, file.head[:6000], nil
		var fault *Error
		if _, err := ReadFrom(file, said); !errors.As(err, &fault) || fault.Offset > 6000 || !strings.Contains(fault.Reason, "ends inside of the header") {
			t.Errorf("got %v", err)
		}
	}
}

func TestReadFails(t *testing.T) {
	folder := t.TempDir()
	if _, err := Read(filepath.Join(folder, "not there")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	if _, err := Read(folder); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder gives %v", err)
	}
	empty := filepath.Join(folder, "empty.safetensors")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Read(empty)
	if want := "read the header of " + empty + ": byte 0: the file is empty"; err == nil || err.Error() != want {
		t.Errorf("an empty file gives %v, want %s", err, want)
	}
	var fault *Error
	if !errors.As(err, &fault) || fault.Offset != 0 {
		t.Errorf("%v has no *Error inside", err)
	}
}
