package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parseSize reads "832x480x81", or "832x480" where the length is left to the workflow.
func parseSize(text string) (w, h, n int, err error) {
	numbers := [3]int{}
	words := strings.Split(strings.ToLower(strings.ReplaceAll(text, "×", "x")), "x")
	for i, word := range words {
		if i == len(numbers) {
			err = errors.New("it has more than three numbers")
			break
		}
		var wrong error
		if numbers[i], wrong = strconv.Atoi(strings.TrimSpace(word)); wrong != nil || numbers[i] < 1 || numbers[i] > maxSize {
			err = fmt.Errorf("%q is no number from 1 to %d", word, maxSize)
			break
		}
	}
	if err == nil && len(words) < 2 {
		err = errors.New("it has one number")
	}
	if err != nil {
		return 0, 0, 0, fmt.Errorf("--size %s: want width, height and frames such as 832x480x81: %w", text, err)
	}
	return numbers[0], numbers[1], numbers[2], nil
}

// maxSize is more pixels a side, or frames, than any model makes.
const maxSize = 100_000

// parseFree reads an amount of memory such as "20", "20.5" or "20GiB", in bytes.
func parseFree(text string) (bytes int64, err error) {
	if text == "" {
		return 0, nil
	}
	number := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(text), "ib"), "g"))
	gib, err := strconv.ParseFloat(number, 64)
	if err != nil || !(gib > 0 && gib <= 1024) {
		return 0, fmt.Errorf("--free %s: want GiB such as 20.5", text)
	}
	return int64(gib * (1 << 30)), nil
}
