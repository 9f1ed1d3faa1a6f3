// Package organisation is what the company told us: crosstalk.yaml with its clock, privacy, directory, register of tools,
// workspaces, initiatives and rules of access. Load reads it strictly and tells every mistake with its line; Calendar,
// Register and Exclusion answer what the rest of Crosstalk asks of it.
//
// It reads its own file and the register's, and nothing else; knows no other package of the project but its catalogue of
// tools; and holds no secret: credentials are named by environment variable or file only.
package organisation
