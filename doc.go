// Package crosstalk is the root of the project. It holds no program, only the tests that keep the repository as a
// whole in order: who may import whom, what every folder must bring along, what no file may contain. ARCHITECTURE.md
// says what lies where; the program is cmd/crosstalk.
package crosstalk
