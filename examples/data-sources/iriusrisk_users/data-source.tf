# Everybody who has access and an address of the company, by last name.
data "iriusrisk_users" "staff" {
  filter = "'enabled'='true':AND:'email'~'@example.com'"
  sort   = ["lastName,asc", "firstName,asc"]
}

output "staff" {
  value = data.iriusrisk_users.staff.users[*].username
}
