package sheets

import (
	"fmt"
	"io"
	"strconv"
)

// odsWriter writes the small part of OpenDocument (ISO/IEC 26300) that a table needs.
type odsWriter struct {
	doc     *document
	columns []Column
}

func newODS(w io.Writer) *odsWriter { return &odsWriter{doc: newDocument(w)} }

const odsNames = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"` +
	` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"` +
	` xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"` +
	` office:version="1.3"`

func (o *odsWriter) begin(name string, columns []Column, titles []string) error {
	o.columns = columns
	d := o.doc
	d.stored("mimetype", ODS.MediaType())
	d.file("META-INF/manifest.xml", xmlHeader+`<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">`+
		`<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="`+ODS.MediaType()+`"/>`+
		`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`)
	d.open("content.xml")
	d.print(xmlHeader + `<office:document-content` + odsNames + `><office:automatic-styles>` +
		`<style:style style:name="header" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>`)
	for i, c := range columns {
		d.printf(`<style:style style:name="w%d" style:family="table-column"><style:table-column-properties style:column-width="%dmm"/></style:style>`, i, 2*width(c, titles[i]))
		d.print(odsNumberStyle(i, c))
		d.printf(`<style:style style:name="c%d" style:family="table-cell"%s/>`, i, odsDataStyle(i, c))
	}
	d.printf(`</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="%s">`, escape(name))
	for i := range columns {
		d.printf(`<table:table-column table:style-name="w%d" table:default-cell-style-name="c%d"/>`, i, i)
	}
	d.print(`<table:table-header-rows><table:table-row>`)
	for _, title := range titles {
		d.print(`<table:table-cell table:style-name="header" office:value-type="string">` + paragraph(title) + `</table:table-cell>`)
	}
	d.print(`</table:table-row></table:table-header-rows>`)
	return d.err
}

// odsNumberStyle is how a column's numbers and dates look; Text and Bool need none.
func odsNumberStyle(i int, c Column) string {
	number := func(decimals int) string {
		return fmt.Sprintf(`<number:number number:decimal-places="%d" number:min-decimal-places="%d" number:min-integer-digits="1" number:grouping="true"/>`, decimals, decimals)
	}
	const day = `<number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>`
	const minute = `<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/>`
	switch c.Kind {
	case Int:
		return fmt.Sprintf(`<number:number-style style:name="n%d">%s</number:number-style>`, i, number(0))
	case Decimal:
		return fmt.Sprintf(`<number:number-style style:name="n%d">%s</number:number-style>`, i, number(c.decimals()))
	case Cents:
		return fmt.Sprintf(`<number:currency-style style:name="n%d">%s<number:text> </number:text><number:currency-symbol>€</number:currency-symbol></number:currency-style>`, i, number(2))
	case Date:
		return fmt.Sprintf(`<number:date-style style:name="n%d">%s</number:date-style>`, i, day)
	case Time:
		return fmt.Sprintf(`<number:date-style style:name="n%d">%s%s</number:date-style>`, i, day, minute)
	default:
		return ""
	}
}

func odsDataStyle(i int, c Column) string {
	if c.Kind == Text || c.Kind == Bool {
		return ""
	}
	return fmt.Sprintf(` style:data-style-name="n%d"`, i)
}

func (o *odsWriter) row(cells []cell) error {
	o.doc.print(`<table:table-row>`)
	for i, v := range cells {
		if v.empty {
			o.doc.print(`<table:table-cell/>`)
			continue
		}
		value, shown := odsValue(o.columns[i].Kind, v)
		o.doc.print(`<table:table-cell ` + value + `>` + paragraph(shown) + `</table:table-cell>`)
	}
	o.doc.print(`</table:table-row>`)
	return o.doc.err
}

// odsValue is a cell's typed attributes, and the text for readers that ignore them.
func odsValue(kind Kind, v cell) (attributes, shown string) {
	switch kind {
	case Int:
		return `office:value-type="float" office:value="` + v.exact + `"`, v.exact
	case Decimal:
		return `office:value-type="float" office:value="` + strconv.FormatFloat(v.num, 'g', -1, 64) + `"`, v.exact
	case Cents:
		return `office:value-type="currency" office:currency="EUR" office:value="` + v.exact + `"`, v.exact + " €"
	case Date:
		return `office:value-type="date" office:date-value="` + v.at.Format("2006-01-02") + `"`, v.at.Format("02/01/2006")
	case Time:
		return `office:value-type="date" office:date-value="` + v.at.Format("2006-01-02T15:04:05") + `"`, v.at.Format("02/01/2006 15:04")
	case Bool:
		b := strconv.FormatBool(v.yes)
		return `office:value-type="boolean" office:boolean-value="` + b + `"`, b
	default:
		return `office:value-type="string"`, v.text
	}
}

func (o *odsWriter) end() error {
	o.doc.print(`</table:table></office:spreadsheet></office:body></office:document-content>`)
	return o.doc.close()
}

func paragraph(s string) string { return `<text:p>` + escape(s) + `</text:p>` }
