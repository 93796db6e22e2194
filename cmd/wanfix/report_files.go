package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// reports makes all reports that the flags ask for: the one that is printed, and those in
// files. A file of the printed format takes its place.
func (j *judging) reports(s streams, to io.Writer, look looks, cards int, dry bool) (report, error) {
	var all manyReports
	printed := true
	for _, spec := range j.Reports {
		format, name := j.formatOf(spec)
		file, err := os.Create(name)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("--output-file: %w", err), all.close())
		}
		buffer := bufio.NewWriter(file)
		all = append(all, &fileReport{j.newReport(format, s, buffer, look, cards, dry), buffer, file})
		printed = printed && format != j.Format
	}
	if !printed {
		return all, nil
	}
	return append(all, j.newReport(j.Format, s, to, look, cards, dry)), nil
}

// endings of file names tell a report's format.
var endings = map[string]string{".txt": "text", ".json": "json", ".jsonl": "json", ".ndjson": "json", ".sarif": "sarif", ".md": "markdown"}

// formatOf is the format that an --output-file has: the one named before a colon, that of its
// ending, or the printed one.
func (j *judging) formatOf(spec string) (format, name string) {
	if format, name, named := strings.Cut(spec, ":"); named && slices.Contains([]string{"text", "json", "sarif", "github", "markdown"}, format) {
		return format, name
	}
	if format := endings[strings.ToLower(filepath.Ext(spec))]; format != "" {
		return format, spec
	}
	return j.Format, spec
}

// fileReport is a report in a file of its own.
type fileReport struct {
	report
	buffer *bufio.Writer
	closer io.Closer
}

func (r *fileReport) end(sum *totals, many bool) error {
	return errors.Join(r.report.end(sum, many), r.buffer.Flush(), r.closer.Close())
}

// manyReports tells the same to several.
type manyReports []report

func (all manyReports) file(j *job) (tell func() error, err error) {
	tells := make([]func() error, len(all))
	for i, one := range all {
		if tells[i], err = one.file(j); err != nil {
			return nil, err
		}
	}
	return func() error {
		var err error
		for _, tell := range tells {
			err = errors.Join(err, tell())
		}
		return err
	}, nil
}

func (all manyReports) failed(f failure) error {
	var err error
	for _, one := range all {
		err = errors.Join(err, one.failed(f))
	}
	return err
}

func (all manyReports) end(sum *totals, many bool) error {
	var err error
	for _, one := range all {
		err = errors.Join(err, one.end(sum, many))
	}
	return err
}

// close gives up reports that were begun.
func (all manyReports) close() error {
	var err error
	for _, one := range all {
		if f, ok := one.(*fileReport); ok {
			err = errors.Join(err, f.closer.Close())
		}
	}
	return err
}
