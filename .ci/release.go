// Command release builds the archives of a release:
//
//	go run .ci/release.go -version v0.1.0 -o dist
//
// The same sources give the same bytes, wherever and whenever they are built. .goreleaser.yaml
// describes the same release.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// limit is how many bytes a program may have: people fetch it over slow lines.
const limit = 10_000_000

func main() {
	log.SetFlags(0)
	log.SetPrefix("release: ")
	version := flag.String("version", "v0.0.0", "the version, as its tag says it")
	out := flag.String("o", "dist", "the folder for the archives")
	systems := flag.String("systems", "linux/amd64,linux/arm64,windows/amd64,windows/arm64,darwin/amd64,darwin/arm64", "what to build for")
	flag.Parse()
	if err := release(*version, *out, strings.Split(*systems, ",")); err != nil {
		log.Fatal(err)
	}
}

func release(version, out string, systems []string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	day, err := commitTime()
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, system := range systems {
		goos, arch, _ := strings.Cut(system, "/")
		program, err := build(goos, arch, version)
		if err != nil {
			return fmt.Errorf("%s: %w", system, err)
		}
		files := []file{{"wanfix" + ending(goos), program, 0o755}}
		for _, name := range []string{"CHANGELOG.md", "LICENSE", "README.md", "README.zh-CN.md"} {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			files = append(files, file{name, text, 0o644})
		}
		pack, suffix := tarball, "tar.gz"
		if goos == "windows" {
			pack, suffix = zipped, "zip"
		}
		archive, err := pack(files, day)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("wanfix_%s_%s_%s.%s", strings.TrimPrefix(version, "v"), goos, arch, suffix)
		if err := os.WriteFile(filepath.Join(out, name), archive, 0o644); err != nil {
			return err
		}
		fmt.Printf("%-40s %5.1f MB, program %5.1f MB\n", name, float64(len(archive))/1e6, float64(len(program))/1e6)
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(archive), name)
	}
	return os.WriteFile(filepath.Join(out, "checksums.txt"), []byte(sums.String()), 0o644)
}

// commitTime is the time that all files of the archives carry: SOURCE_DATE_EPOCH, else that of
// the commit.
func commitTime() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		told, err := exec.Command("git", "log", "-1", "--format=%ct").Output()
		if err != nil {
			return time.Time{}, fmt.Errorf("ask git for the time of the commit: %w", err)
		}
		text = strings.TrimSpace(string(told))
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0).UTC(), err
}

// build compiles the program, without what differs from one place to another: paths, the state
// of the checkout, a C compiler.
func build(goos, arch, version string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "wanfix-release")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "wanfix")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid= -X main.version="+version, "-o", program, "./cmd/wanfix")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+arch, "GOFLAGS=")
	if told, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, told)
	}
	text, err := os.ReadFile(program)
	if err == nil && len(text) > limit {
		err = fmt.Errorf("the program has %d bytes, want at most %d", len(text), limit)
	}
	return text, err
}

func ending(goos string) string {
	if goos == "windows" {
		return ".exe"
	}
	return ""
}

// file is a file of an archive.
type file struct {
	name string
	text []byte
	mode os.FileMode
}

func tarball(files []file, day time.Time) ([]byte, error) {
	var out bytes.Buffer
	zipper, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(zipper)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: int64(f.mode), Size: int64(len(f.text)), ModTime: day, Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(f.text); err != nil {
			return nil, err
		}
	}
	for _, end := range []io.Closer{archive, zipper} {
		if err := end.Close(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func zipped(files []file, day time.Time) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: day}
		header.SetMode(f.mode)
		w, err := archive.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.text); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil { // writes the directory of the archive
		return nil, err
	}
	return out.Bytes(), nil
}
