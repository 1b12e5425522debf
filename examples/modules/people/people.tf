# Brings people and people_csv into one form, and collects their problems. A problem names its place and no value, because the
# output of a pipeline has more readers than the file.

locals {
  sources = concat(
    [for record in local.records : merge(record, { place = "row ${record.row}, column " })],
    [for username, person in var.people : merge(person, { place = "people[${jsonencode(username)}].", username = username, enabled = tostring(person.enabled) })],
  )

  # A role or business unit is a name, or a name with an end date: "ROLE_TESTER until 2026-12-31".
  entries = [
    for source in local.sources : merge(source, {
      for column in ["roles", "business_units"] : column => [
        for text in source[column] : regex("(?s)^\\s*(?P<name>.*?)(?:\\s+until\\s+|\\s*$)(?P<valid_until>\\S*)\\s*$", text) if trimspace(text) != ""
      ]
    })
  ]

  # When each of the end dates ends, or null if it is invalid. A date ends with its day, in UTC.
  valid_until = distinct(flatten([for entry in local.entries : [entry.valid_until, entry.roles[*].valid_until, entry.business_units[*].valid_until]]))
  ends        = { for text in local.valid_until : text => try(timeadd("${text}T00:00:00Z", "24h"), timeadd(text, "0s"), null) if text != "" }
  has_ended   = merge({ "" = false }, { for text, end in local.ends : text => try(timecmp(plantimestamp(), end) >= 0, false) })
  invalid     = [for text, end in local.ends : text if end == null]

  # Terraform evaluates for_each once for each user, and a map is much faster than an object with an attribute for each user.
  people = tomap({
    for username, entries in { for entry in local.entries : entry.username => entry... } : username => {
      email          = entries[0].email
      first_name     = entries[0].first_name
      last_name      = entries[0].last_name
      enabled        = lower(entries[0].enabled) != "false" && !local.has_ended[entries[0].valid_until]
      roles          = toset([for role in entries[0].roles : role.name if !local.has_ended[role.valid_until]])
      business_units = toset([for unit in entries[0].business_units : unit.name if !local.has_ended[unit.valid_until]])
    }
  })

  # The names of the roles and business units in use, with the places that use them.
  wanted = {
    for column in ["roles", "business_units"] : column => {
      for use in flatten([for entry in local.entries : [for access in entry[column] : { name = access.name, place = "${entry.place}${column}" } if !local.has_ended[access.valid_until]]]) :
      use.name => use.place...
    }
  }

  date_problem = "an end date must be a date such as 2026-12-31 or a time such as 2026-12-31T18:00:00Z"

  entry_problems = flatten([
    for entry in local.entries : [
      for column, problem in merge(
        {
          username    = entry.username == "" ? "the value is missing" : ""
          email       = entry.email == "" ? "the value is missing" : can(regex("^[^\\s@]+@[^\\s@]+$", entry.email)) ? "" : "not an e-mail address"
          enabled     = contains(["", "true", "false"], lower(entry.enabled)) ? "" : "must be true, false or empty"
          valid_until = contains(local.invalid, entry.valid_until) ? local.date_problem : ""
        },
        {
          for column in ["roles", "business_units"] : column =>
          length(setintersection(local.invalid, entry[column][*].valid_until)) > 0 ? local.date_problem :
          length(distinct(entry[column][*].name)) < length(distinct(entry[column])) ? "a name has several end dates" : ""
        },
      ) : "${entry.place}${column}: ${problem}" if problem != ""
    ]
  ])

  duplicate_problems = flatten([
    for column, places in {
      username = { for entry in local.entries : lower(entry.username) => entry.place... if entry.username != "" }
      email    = { for entry in local.entries : lower(entry.email) => entry.place... if entry.email != "" }
      } : [
      for value, places in places : [for place in slice(places, 1, length(places)) : "${place}${column}: the same as in ${places[0]}${column}, ignoring case"]
    ]
  ])

  problems = concat(local.column_problems, local.row_problems, local.entry_problems, local.duplicate_problems)
}
