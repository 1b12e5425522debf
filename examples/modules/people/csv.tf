# Reads people_csv. An expression that fails, and the condition of a failed validation, make Terraform print the variables
# that they use. So nothing here fails, only locals read the file, and problems are texts that name the row and the column.

locals {
  required_columns = ["username", "email", "first_name", "last_name"]
  known_columns    = concat(local.required_columns, ["enabled", "valid_until", "roles", "business_units"])

  # A value, with the blanks around it. A quoted value may contain commas and line breaks.
  value_pattern = "(?:[ \\t]*\"(?:[^\"]|\"\")*(?:\"|$)[^,\\n]*|[^,\\n]*)"

  # Spreadsheets write a byte-order mark and line ends of their own.
  csv = replace(replace(trimprefix(var.people_csv, "\ufeff"), "\r\n", "\n"), "\r", "\n")

  # The rows, numbered as in a spreadsheet, without the blank ones.
  rows = [
    for i, text in regexall("${local.value_pattern}(?:,${local.value_pattern})*(?:\\n|$)", local.csv) : {
      number = i + 1
      values = [for value in regexall("${local.value_pattern}(?:,|$)", "${trimsuffix(text, "\n")},") : trimspace(trimsuffix(value, ","))]
    } if trim(text, ",\" \t\n") != ""
  ]

  columns    = [for name in try(local.rows[0].values, []) : lower(trimspace(trim(name, "\"")))]
  header     = "row ${try(local.rows[0].number, 1)}"
  has_header = length(setintersection(local.columns, local.required_columns)) > 0

  # A first row that names none of the columns is not a header, so its values are not printed.
  column_problems = local.has_header ? concat(
    [for name in local.required_columns : "${local.header}, column ${name}: the column is missing" if !contains(local.columns, name)],
    [for i, name in local.columns : "${local.header}, column ${name == "" ? i + 1 : name}: unknown column; the columns are ${join(", ", local.known_columns)}" if !contains(local.known_columns, name)],
    [for name in local.known_columns : "${local.header}, column ${name}: the column appears several times" if length([for column in local.columns : column if column == name]) > 1],
  ) : ["${local.header}: the first row must name the columns ${join(", ", local.required_columns)}, separated by commas"]

  data_rows = [for i, row in local.rows : row if i > 0 && length(local.column_problems) == 0]

  # Decoding all rows at once is much faster than decoding each of them.
  table     = join("\n", concat([join(",", local.columns)], [for row in local.data_rows : join(",", row.values)]))
  has_table = can(csvdecode(local.table))

  row_problems = flatten([
    for row in local.data_rows : length(row.values) != length(local.columns) ?
    ["row ${row.number}: ${length(row.values)} values for ${length(local.columns)} columns"] :
    [for i, value in row.values : "row ${row.number}, column ${local.columns[i]}: a quotation mark is missing or misplaced" if !can(csvdecode("value\n${value}"))]
    if !local.has_table
  ])

  records = [
    for i, record in try(csvdecode(local.table), []) : {
      row            = local.data_rows[i].number
      username       = trimspace(record.username)
      email          = trimspace(record.email)
      first_name     = trimspace(record.first_name)
      last_name      = trimspace(record.last_name)
      enabled        = trimspace(lookup(record, "enabled", ""))
      valid_until    = trimspace(lookup(record, "valid_until", ""))
      roles          = split(";", lookup(record, "roles", ""))
      business_units = split(";", lookup(record, "business_units", ""))
    }
  ]
}
