package corpus

// keys that say nothing about the value
var neutral = keys("value", "environment.variables.SETTING", "data.config", "tags.note", "userDefined[0]",
	"properties.x")

// keys that name a secret, over all the casings seen in Pulumi inputs / env / config
var secretKeys = keys("password", "masterPassword", "masterUserPassword", "adminPassword", "administratorLoginPassword",
	"dbPassword",
	"environment.variables.DB_PASSWORD", "env.POSTGRES_PASSWORD", "rootPassword", "user_password", "passwd",
	"app:dbPassword", "ldap.bindPassword",
	"smtpPassword", "userPasswords.admin", "replicationPassword", "keystore-password", "sshPassphrase", "passphrase",
	"PGPASSWORD", "REDIS_PASS",
	"clientSecret", "client_secret", "oauth.clientSecret", "webhookSecret", "sharedSecret", "JWT_SECRET",
	"SECRET_KEY_BASE", "appSecret", "signingSecret", "cookieSecret", "sessionSecret",
	"secretKey", "DJANGO_SECRET_KEY", "apiKey", "api_key", "environment.variables.API_KEY", "datadogApiKey",
	"x-api-key", "apiSecret", "authToken", "auth_token", "accessToken",
	"API_TOKEN", "refreshToken", "botToken", "token", "deployToken", "personalAccessToken", "privateKey",
	"encryptionKey", "signingKey", "masterKey", "accountKey", "sharedKey", "preSharedKey", "tunnel1PresharedKey",
	"hmacKey", "appKey", "credentials", "storageAccountAccessKey", "sasToken", "hecToken", "licenseKey.secret",
	"pw", "pwd", "dbPwd", "cluster.masterAuth.password")
