//go:build race

package sandbox

// raceDetector needs terabytes of address space, which count as data: children under it run without a real memory limit, and
// what tests that limit is left out.
const raceDetector = true
