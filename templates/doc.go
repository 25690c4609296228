// Package templates holds what suppliers, customers and operators read, and the CSV and XLSX files that suppliers get.
//
// Each mail is made of named blocks; the defaults are embedded, and each block can be overridden one by one, for everybody, for
// one language or for one supplier (Load). What a template sees is one of the documented structs in this package, and nothing
// else: no environment, no files, no clock. Text that customers control is cleaned before it is shown (Clean).
//
// The package imports nothing of ours: the flow translates orders into these structs.
package templates
