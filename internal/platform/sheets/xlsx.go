package sheets

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// xlsxWriter writes the small part of SpreadsheetML (ECMA-376) that a table needs: one sheet, inline strings, a frozen bold header.
type xlsxWriter struct {
	doc     *document
	columns []Column
	styles  []int // style number of each column
	line    int
}

func newXLSX(w io.Writer) *xlsxWriter { return &xlsxWriter{doc: newDocument(w)} }

const (
	relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	spreadsheetML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	packageNS     = "http://schemas.openxmlformats.org/package/2006"
)

func (x *xlsxWriter) begin(name string, columns []Column, titles []string) error {
	x.columns = columns
	d := x.doc
	d.file("[Content_Types].xml", xmlHeader+`<Types xmlns="`+packageNS+`/content-types">`+
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`+
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>`+
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
	d.file("_rels/.rels", xmlHeader+`<Relationships xmlns="`+packageNS+`/relationships">`+
		`<Relationship Id="rId1" Type="`+relationships+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	d.file("xl/workbook.xml", xmlHeader+`<workbook xmlns="`+spreadsheetML+`" xmlns:r="`+relationships+`">`+
		`<sheets><sheet name="`+escape(name)+`" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	d.file("xl/_rels/workbook.xml.rels", xmlHeader+`<Relationships xmlns="`+packageNS+`/relationships">`+
		`<Relationship Id="rId1" Type="`+relationships+`/worksheet" Target="worksheets/sheet1.xml"/>`+
		`<Relationship Id="rId2" Type="`+relationships+`/styles" Target="styles.xml"/></Relationships>`)
	x.writeStyles()
	d.open("xl/worksheets/sheet1.xml")
	d.print(xmlHeader + `<worksheet xmlns="` + spreadsheetML + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range columns {
		d.printf(`<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width(c, titles[i]))
	}
	d.print(`</cols><sheetData>`)
	x.open()
	for i, title := range titles {
		d.printf(`<c r="%s" s="1" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, x.ref(i), escape(title))
	}
	d.print(`</row>`)
	return d.err
}

// writeStyles gives style 0 to plain cells, 1 to the header, and one to each column.
func (x *xlsxWriter) writeStyles() {
	formats := map[Kind]string{Int: "#,##0", Cents: `#,##0.00\ "€"`, Date: "dd/mm/yyyy", Time: "dd/mm/yyyy hh:mm", Text: "@", Bool: "General"}
	d := x.doc
	d.open("xl/styles.xml")
	d.printf(xmlHeader+`<styleSheet xmlns="`+spreadsheetML+`"><numFmts count="%d">`, max(len(x.columns), 1))
	for i, c := range x.columns {
		code := formats[c.Kind]
		if c.Kind == Decimal {
			code = "#,##0." + strings.Repeat("0", c.decimals())
		}
		d.printf(`<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, escape(code))
		x.styles = append(x.styles, 2+i)
	}
	d.print(`</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`)
	d.printf(`<cellXfs count="%d"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>`, 2+len(x.columns))
	for i := range x.columns {
		d.printf(`<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, 164+i)
	}
	d.print(`</cellXfs></styleSheet>`)
}

func (x *xlsxWriter) row(cells []cell) error {
	x.open()
	for i, v := range cells {
		if v.empty {
			continue
		}
		ref, style := x.ref(i), x.styles[i]
		switch x.columns[i].Kind {
		case Text:
			x.doc.printf(`<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, style, escape(v.text))
		case Bool:
			yes := 0
			if v.yes {
				yes = 1
			}
			x.doc.printf(`<c r="%s" s="%d" t="b"><v>%d</v></c>`, ref, style, yes)
		case Date, Time:
			x.doc.printf(`<c r="%s" s="%d"><v>%s</v></c>`, ref, style, serial(v.at, x.columns[i].Kind))
		case Int, Cents:
			x.doc.printf(`<c r="%s" s="%d"><v>%s</v></c>`, ref, style, v.exact)
		case Decimal:
			x.doc.printf(`<c r="%s" s="%d"><v>%s</v></c>`, ref, style, strconv.FormatFloat(v.num, 'g', -1, 64))
		}
	}
	x.doc.print(`</row>`)
	return x.doc.err
}

func (x *xlsxWriter) end() error {
	x.doc.print(`</sheetData></worksheet>`)
	return x.doc.close()
}

func (x *xlsxWriter) open() {
	x.line++
	x.doc.printf(`<row r="%d">`, x.line)
}

// ref names a cell of the present line: A1, AB12.
func (x *xlsxWriter) ref(column int) string {
	letters := ""
	for column >= 0 {
		letters = string(rune('A'+column%26)) + letters
		column = column/26 - 1
	}
	return letters + strconv.Itoa(x.line)
}

// serial is a wall-clock time as spreadsheets count it: days since 30 December 1899.
func serial(at time.Time, kind Kind) string {
	y, m, d := at.Date()
	days := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
	if kind == Time {
		days += float64(at.Hour()*3600+at.Minute()*60+at.Second()) / 86400
	}
	return strconv.FormatFloat(days, 'f', -1, 64)
}

// width is a column's width in characters.
func width(c Column, title string) int {
	least := map[Kind]int{Text: 24, Time: 17, Cents: 14, Date: 12}[c.Kind]
	return min(max(least, len([]rune(title))+2, 10), 48)
}
