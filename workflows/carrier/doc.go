// Package carrier finds the workflows that ComfyUI embeds in the pictures and
// videos it makes.
//
// [Read] looks into a file for its workflow, or for the prompt that was executed,
// and returns the text of it. It reads by seeking, and only what tells the way: of
// a video of 4 GB some kilobytes. Nothing is ever written.
//
// A format is a line in [formats] and a file that walks over the format's pieces,
// calling [source.found] for each text that has a name.
package carrier
