package corpus

// templates returns those of all kinds of files.
func templates() []template { return append(append(code(), configuration()...), other()...) }

// code returns the templates of source code.
func code() []template {
	return []template{
		{"go", "internal/store/store.go", []string{
			"package store\n\nconst dbPassword = \"«w»\"", "package store\n\nvar apiKey string = \"«a»\"", "func open() {\n\tpassword := \"«p»\"\n\tuse(password)\n}",
			"var c = Config{\n\tUser:     \"app\",\n\tPassword: \"«w»\",\n}", "var c = Config{ClientSecret: \"«a»\"}", "os.Setenv(\"DB_PASSWORD\", \"«w»\")",
			"const dsn = \"postgres://app:«a»@db.internal:5432/shop\"", "const dsn = \"host=db.internal user=app password=«a» dbname=shop\"",
			"const dsn = \"app:«a»@tcp(db.internal:3306)/shop\"", "req.Header.Set(\"Authorization\", \"Bearer «a»\")", "const key = `«k»`", "m[\"authToken\"] = \"«h»\"",
			"var signingSecret = []byte(\"«a»\")",
		}, []string{
			"type Config struct {\n\tPassword string `json:\"password\"`\n\tToken    string `json:\"token,omitempty\"`\n}", "password := os.Getenv(\"DB_PASSWORD\")",
			"token := r.Header.Get(\"X-Auth-Token\")", "return errors.New(\"password must not be empty\")", "const passwordField = \"password\"",
			"const secretName = \"db-credentials-1\"", "flag.String(\"password\", \"\", \"the password\")", "password: cfg.Password,", "token := strings.Repeat(\"a\", 16)",
			"const TokenString = \"STRING\"", "case \"password\", \"token\":", "var keys = map[string]string{\"key\": \"value1234\"}",
			"const ssmParameter = \"/prod/db/password2\"", "apiKey := \"«u»\" // its id", "sum := \"sha256:«d»\"", "const token = \"«d»\" + suffix",
			"password: fmt.Sprintf(\"%s-%d\", prefix, 1),", "const EncryptionKey = \"encryptionKey1024\"", "store_test.go▸password := \"«w»\"",
			"testdata/config.go▸const secret = \"«h»\"", "store_test.go▸u := \"https://user:«w»@host.internal/x\"", "// Password: \"«w»\" is refused",
			"/*\npassword = \"«w»\"\n*/", "const dsn = \"postgres://postgres:postgres@localhost:5432/app\"", "const u = \"https://user:hunter2@example.com/\"",
			"token.Pos(\"«u»\")",
		}},
		{"typescript", "src/config.ts", []string{
			"const dbPassword = \"«w»\";", "const dbPassword: string = '«p»';", "export const config = { user: 'app', password: '«w»' };", "const apiKey = '«a»';",
			"client.login({ username: \"app\", password: \"«p»\" });", "private readonly clientSecret: string = '«b»';", "headers: { Authorization: `Bearer «a»` }",
			"process.env.API_TOKEN = \"«h»\";", "const key = process.env.KEY ?? \"x\", secretKey = \"«a»\";", "const stripe = new Stripe('«s»');",
			"const token = process.env.API_TOKEN || '«a»';", "{ name: \"DB_PASSWORD\", value: \"«w»\" }",
		}, []string{
			"password: z.string().min(8),", "password: string;", "const password = process.env.DB_PASSWORD!;", "const password = config.requireSecret('dbPassword');",
			"token: this.token,", "<input type=\"password\" name=\"password\" />", "password: 'Password is required',", "password: 'password',",
			"label: { password: \"Passwort\" }", "const passwordPattern = /^(?=.*[A-Z]).{8,}$/;", "const PASSWORD_REGEX = '^[a-zA-Z0-9]{8,}$';",
			"type Token = 'identifier' | 'string2';", "secretKey: 'settings.oauth2.secret',", "apiKey: `${env.API_KEY}`,", "const token = `${a}-${b}`;",
			"setPassword(event.target.value);", "errors: { password: 'wrong-password' }", "const selector = { password: '#password1', token: '.token-2' };", "csrfToken: '«a»',",
			"integrity: 'sha512-«b»'", "src/config.spec.ts▸const password = '«w»';", "src/__tests__/a.ts▸login('app', { password: '«w»' });", "password: t('auth.password2'),",
			"publishableKey: 'pk_live" + "_abcdefghi'", "* @example password: '«w»'",
		}},
		{"javascript", "lib/app.js", []string{
			"var password = '«w»';", "module.exports = { db: { password: '«p»' } };", "app.use(session({ secret: '«a»' }));",
			"jwt.sign(payload, key); const jwtSecret = \"«a»\";", "const conn = 'mongodb://app:«a»@mongo.internal:27017/shop';", "config['api_key'] = '«h»';",
			"{\"password\":\"«w»\",\"user\":\"x\"}", "axios.get(u, { headers: { 'X-Api-Key': '«a»' } });",
		}, []string{
			"password: req.body.password,", "const token = jwt.sign({ id }, process.env.SECRET);", "password: { type: String, required: true },", "token: 'string',",
			"key: 'password1',", "password:\"password\",", "a.password=b.password,a.token=\"\"", "document.getElementById('password2')", "// password = '«w»'",
			"examples/app.js▸const secret = '«h»';", "messages: { password: 'Введите1пароль' }", "validate: { token: 'required|min:32' }", "secret: 'keyboard cat',",
			"password: 'YOUR_PASSWORD_HERE',",
		}},
		{"python", "app/settings.py", []string{
			"PASSWORD = \"«w»\"", "SECRET_KEY = '«p»'", "DATABASES = {'default': {'PASSWORD': '«w»'}}", "os.environ[\"API_KEY\"] = \"«a»\"",
			"client = connect(user='app', password='«w»')", "api_token: str = \"«h»\"", "conn = psycopg2.connect(\"host=db user=app password=«a» dbname=shop\")",
			"AWS_SECRET_ACCESS_KEY = '«c»'", "requests.get(u, headers={'Authorization': 'Bearer «a»'})", "REDIS = 'redis://:«a»@cache.internal:6379/0'",
		}, []string{
			"password = os.environ['DB_PASSWORD']", "password = getpass.getpass('Password: ')", "parser.add_argument('--password', help='the password')",
			"password = forms.CharField(widget=forms.PasswordInput)", "fields = ('username', 'password1', 'password2')", "token = secrets.token_hex(32)",
			"raise ValueError('password too short')", "SECRET_KEY = env('SECRET_KEY')", "password = '%s%d' % (a, 1)", "password = f'{prefix}1'", "def login(user, password='')",
			"def f():\n    \"\"\"Log in.\n\n    password='«w»'\n    \"\"\"", "tests/test_a.py▸password = '«w»'", "conftest.py▸x = 1 # token = '«w»'", "token = 'test-token-1'",
			"api_key = 'dummy_key_123'", "password = 'changeme1'", "hashed_password = 'pbkdf2_sha256$«a»'", "password = '$2b$12$«a»'", "token_url = 'https://a.io/token/v2'",
		}},
		{"java", "src/main/java/app/Config.java", []string{
			"private static final String PASSWORD = \"«w»\";", "String apiKey = \"«a»\";", "ds.setPassword(\"«w»\");", "props.put(\"mail.smtp.password\", \"«w»\");",
			"System.setProperty(\"javax.net.ssl.keyStorePassword\", \"«p»\");", "new Client().withClientSecret(\"«a»\")",
			"String url = \"jdbc:sqlserver://db:1433;user=sa;password=«a»;encrypt=true\";", "String url = \"jdbc:mysql://db.internal/shop?user=app&password=«a»\";",
			"char[] keyPassword = \"«w»\".toCharArray();",
		}, []string{
			"@Value(\"${db.password:none1}\") String password;", "private String password;", "String password = request.getParameter(\"password\");",
			"builder.password(passwordEncoder.encode(raw))", "static final String TOKEN_HEADER = \"X-Auth-Token2\";", "if (password.equals(\"Secret1!\")) {",
			"public static final String PASSWORD = \"spring.datasource.password\";", "assertThat(p).hasFieldOrPropertyWithValue(\"password\", \"a1\");",
			"src/test/java/app/ConfigTest.java▸String password = \"«w»\";", "* String password = \"«w»\";", "setPassword(null);", "token = \"«d»\" + x;",
			"throw new IllegalStateException(\"token: \" + token);", "@Schema(description = \"password\", example = \"Abc12345!\")",
		}},
		{"csharp", "src/Config.cs", []string{
			"private const string Password = \"«w»\";", "public string ApiKey { get; set; } = \"«a»\";", "options.ClientSecret = \"«a»\";",
			"var cs = \"Server=db;User Id=sa;Password=«p»;\";", "builder.Password = @\"«w»\";", "Environment.SetEnvironmentVariable(\"DB_PASSWORD\", \"«w»\");",
			"var cs = \"Server=tcp:db;Uid=app;Pwd=«w»;Encrypt=true\";",
		}, []string{
			"public string Password { get; set; }", "var password = Configuration[\"Db:Password\"];", "[DataType(DataType.Password)]",
			"const string PasswordKey = \"Db:Password1\";", "public const string Token = \"access_token2\";", "var cs = $\"Server=db;Password={password};\";",
			"var cs = \"Server=db;Password=<your password>;\";", "tests/ConfigTests.cs▸var password = \"«w»\";", "PublicKeyToken=b77a5c561934e089", "// Password = \"«w»\"",
			"Password = nameof(Password),",
		}},
		{"ruby", "config/app.rb", []string{
			"password = '«w»'", "config.secret_key_base = '«h»'", "ENV['DB_PASSWORD'] = '«w»'", "{ :password => '«w»' }", "login(user: 'app', password: \"«p»\")",
			"client_secret: '«a»',", "Redis.new(url: 'redis://:«a»@cache.internal:6379')",
		}, []string{
			"password: ENV['DB_PASSWORD']", "password = params[:password]", "validates :password, presence: true", "password: Faker::Internet.password",
			"token = SecureRandom.hex(16)", "password = \"#{a}#{b}1\"", "spec/user_spec.rb▸password = '«w»'", "# password: '«w»'",
			"secret: Rails.application.credentials.secret1", "attr_accessor :password1, :token",
		}},
		{"php", "src/config.php", []string{
			"<?php\ndefine('DB_PASSWORD', '«w»');", "$password = '«w»';", "return ['password' => '«p»'];", "$config['api_key'] = \"«a»\";",
			"putenv('X=1'); $this->clientSecret = '«a»';", "'dsn' => 'mysql://app:«a»@db.internal/shop',",
		}, []string{
			"'password' => env('DB_PASSWORD', ''),", "'password' => env('DB_PASSWORD', 'secret1'),", "$password = $_POST['password'];", "'password' => 'required|min:8',",
			"'password' => 'The password is wrong.',", "public $password = '';", "define('DB_PASSWORD', getenv('DB_PASSWORD'));", "'password' => '--password='.$c['password'],",
			"tests/AuthTest.php▸$password = '«w»';", "'token' => Str::random(60),", "resources/lang/de/auth.php▸'password' => 'Das Passwort ist falsch.',",
		}},
		{"rust", "src/main.rs", []string{
			"const PASSWORD: &str = \"«w»\";", "let api_key = \"«a»\".to_string();", "static SECRET: &'static str = r\"«a»\";",
			"let url = \"postgres://app:«a»@db.internal/shop\";", "password: \"«p»\".into(),",
		}, []string{
			"let password = std::env::var(\"DB_PASSWORD\")?;", "password: String,", "let token = Token::new(\"ident2\");", "#[arg(long, env = \"PASSWORD\")] password: String,",
			"tests/a.rs▸let password = \"«w»\";", "let secret = format!(\"{}-{}\", a, 1);", "// let password = \"«w»\";",
		}},
		{"kotlin", "src/Main.kt", []string{
			"val password: String = \"«w»\"", "const val API_KEY = \"«a»\"", "val db = Db(password = \"«w»\")", "put(\"token\", \"«a»\")",
		}, []string{
			"val password = System.getenv(\"DB_PASSWORD\")", "val password = \"$prefix-1\"", "fun login(password: String)", "val token = \"${a}1\"",
			"src/test/kotlin/A.kt▸val password = \"«w»\"",
		}},
		{"c", "src/main.c", []string{
			"#define DB_PASSWORD \"«w»\"", "static const char *password = \"«w»\";", "char api_key[] = \"«a»\";", "const char secret[33] = \"«h»\";",
		}, []string{
			"char password[64];", "printf(\"password: %s1\\n\", p);", "#define PASSWORD_MAX 64", "if (strcmp(password, \"Secret1!\") == 0)",
			"static const char *token = \"%s:%d\";", "tests/a.c▸const char *password = \"«w»\";", "enum { TOKEN_STRING2, TOKEN_IDENT };",
		}},
	}
}
