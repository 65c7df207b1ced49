// Package diwan is the house itself: nothing but the tests that hold every part
// to the rules in docs/architecture.md — who may lean on whom, whose table is
// whose, what a page may say, how long a function may be.
package diwan
