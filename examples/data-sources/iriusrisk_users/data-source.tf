# All enabled users with an e-mail address of the company, sorted by last name.
data "iriusrisk_users" "staff" {
  filter = "'enabled'='true':AND:'email'~'@example.com'"
  sort   = ["lastName,asc", "firstName,asc"]
}

output "staff" {
  value = data.iriusrisk_users.staff.users[*].username
}
