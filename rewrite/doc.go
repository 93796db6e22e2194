// Package rewrite changes workflow files: it finds out what rules want, writes
// exactly that into the bytes, and proves the result.
//
// [Tune] is the one loop that everything else calls. A change is planned as spans
// over the original bytes and spliced in once, so that every byte nobody asked to
// change stays what it was.
package rewrite
