// Functions of the figures, added to those of report.js: name -> function of the marker's object
// that returns what ECharts calls. A marker {"minerva": "name", ...} stands in a figure's option.
minerva.addFunctions({});
