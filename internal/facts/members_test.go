package facts

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/race"
)

// words are what people call their things.
var words = []string{
	"orders", "payments", "checkout", "catalog", "inventory", "shipping", "billing", "search", "frontend", "backend",
	"worker", "gateway", "reports", "profile", "identity", "events", "metrics", "archive", "notifications", "accounting",
}

// members are ordinary members of objects that are marked secret because of the password beside them.
var members = []struct {
	name string
	give func(r *rand.Rand) any
}{
	{"host", func(r *rand.Rand) any { return noun(r) + ".internal" }},
	{"hostname", func(r *rand.Rand) any { return noun(r) + "-db" + digits(r, 1) }},
	{"port", func(r *rand.Rand) any { return float64(1024 + r.IntN(60000)) }},
	{"user", func(r *rand.Rand) any { return noun(r) + "_app" }},
	{"username", anyNoun},
	{"database", anyNoun},
	{"dbName", func(r *rand.Rand) any { return noun(r) + "_" + noun(r) }},
	{"region", func(r *rand.Rand) any { return pick(r, "eu-west-1", "us-east-2", "europe-west3", "westeurope") }},
	{"zone", func(r *rand.Rand) any { return pick(r, "eu-west-1a", "us-central1-b") }},
	{"bucket", func(r *rand.Rand) any { return noun(r) + "-assets-" + digits(r, 4) }},
	{"bucketArn", func(r *rand.Rand) any { return "arn:aws:s3:::" + noun(r) + "-assets" }},
	{"roleArn", func(r *rand.Rand) any { return "arn:aws:iam::" + digits(r, 12) + ":role/" + noun(r) }},
	{"queueUrl", func(r *rand.Rand) any {
		return "https://sqs.eu-west-1.amazonaws.com/" + digits(r, 12) + "/" + noun(r)
	}},
	{"endpoint", func(r *rand.Rand) any { return "https://" + noun(r) + ".example.com/v1" }},
	{"domain", func(r *rand.Rand) any { return noun(r) + ".example.com" }},
	{"email", func(r *rand.Rand) any { return noun(r) + "@example.com" }},
	{"accountId", func(r *rand.Rand) any { return digits(r, 12) }},
	{"projectId", func(r *rand.Rand) any { return noun(r) + "-" + digits(r, 6) }},
	{"clientId", func(r *rand.Rand) any { return noun(r) + "-client" }},
	{"tenantId", func(r *rand.Rand) any { return "0393f882-9793-41e9-a3c5-" + digits(r, 12) }},
	{"vpcId", func(r *rand.Rand) any { return "vpc-0a1b2c" + digits(r, 11) }},
	{"subnets", func(r *rand.Rand) any { return []any{"subnet-0a1b" + digits(r, 4), "subnet-0a1c" + digits(r, 4)} }},
	{"instanceClass", func(r *rand.Rand) any { return pick(r, "db.t3.large", "db.r6g.xlarge") }},
	{"engine", func(r *rand.Rand) any { return pick(r, "postgres", "aurora-postgresql", "mysql") }},
	{"engineVersion", func(r *rand.Rand) any { return "16." + digits(r, 1) }},
	{"image", func(r *rand.Rand) any { return "ghcr.io/acme/" + noun(r) + ":1." + digits(r, 2) }},
	{"stage", func(r *rand.Rand) any { return pick(r, "production", "staging", "development") }},
	{"environment", func(r *rand.Rand) any { return pick(r, "production", "staging", "preview") }},
	{"team", anyNoun},
	{"service", func(r *rand.Rand) any { return noun(r) + "-service" }},
	{"table", func(r *rand.Rand) any { return noun(r) + "-table" }},
	{"primaryKey", func(r *rand.Rand) any { return noun(r) + "_id" }},
	{"sortKey", func(*rand.Rand) any { return "created_at" }},
	{"objectKey", func(r *rand.Rand) any { return noun(r) + "/latest.zip" }},
	{"cacheKey", func(r *rand.Rand) any { return noun(r) + ":cache" }},
	{"keyName", func(r *rand.Rand) any { return noun(r) + "-deploy" }},
	{"kmsKeyId", func(r *rand.Rand) any { return "alias/" + noun(r) }},
	{"secretArn", func(r *rand.Rand) any {
		return "arn:aws:secretsmanager:eu-west-1:" + digits(r, 12) + ":secret:" + noun(r) + "-a1B2c3"
	}},
	{"secretName", func(r *rand.Rand) any { return noun(r) + "/production" }},
	{"secrets", func(r *rand.Rand) any { return []any{noun(r) + "-db-credentials", noun(r) + "-api-token"} }},
	{"passwordPolicy", func(r *rand.Rand) any { return pick(r, "strict-policy", "lax-policy") }},
	{"tokenUrl", func(r *rand.Rand) any { return "https://login.example.com/" + noun(r) + "/token" }},
	{"tokenLifetime", func(r *rand.Rand) any { return digits(r, 4) + "s" }},
	{"protocol", func(r *rand.Rand) any { return pick(r, "postgresql", "mysql+tls") }},
	{"sslMode", func(r *rand.Rand) any { return pick(r, "verify-full", "require") }},
	{"logLevel", func(r *rand.Rand) any { return pick(r, "warning", "information") }},
	{"schedule", func(r *rand.Rand) any { return "0 " + digits(r, 1) + " * * *" }},
	{"cidr", func(r *rand.Rand) any { return "10." + digits(r, 2) + ".0.0/16" }},
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
func noun(r *rand.Rand) string              { return pick(r, words...) }
func anyNoun(r *rand.Rand) any              { return noun(r) }

func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('1' + r.IntN(9))
	}
	return string(b)
}

// TestOrdinaryMembers marks forty members along with a password, and writes each of them down elsewhere: in 10,000 stacks
// none of them makes a finding, and the password always does.
func TestOrdinaryMembers(t *testing.T) {
	t.Parallel()
	c, d := testCatalogue(t), testDetector(t)
	seeds := make([]uint64, 10_000)
	for i := range seeds {
		seeds[i] = uint64(i)
	}
	for _, seed := range race.Some(seeds) {
		r := rand.New(rand.NewPCG(seed, 14))
		marked, plain, text := obj{}, obj{}, "as in"
		for _, i := range r.Perm(len(members))[:40] {
			m := members[i]
			v := m.give(r)
			marked[m.name] = v
			if at := r.IntN(4); at == 0 {
				text += fmt.Sprintf(" %v;", v)
			} else if at > 1 {
				plain[m.name] = v
			} else {
				plain[pick(r, "note", "label", "purpose", "title")] = v
			}
		}
		secret := pick(r, passwords...)
		marked["password"] = secret
		p := program{parts: []part{
			{typ: "aws:rds/instance:Instance", name: "db", inputs: obj{"username": "app", "password": secretly(secret)}},
			{typ: lambda, name: "plain", inputs: obj{"settings": plain, "description": text}},
			root(obj{"settings": plain, "summary": text}),
		}}
		switch r.IntN(3) {
		case 0:
			p.config, p.secret = map[string]string{"api:db": jsonOf(marked)}, []string{"api:db"}
		case 1:
			p.parts = append(p.parts, part{typ: lambda, name: "marked", inputs: obj{"settings": secretly(marked)}})
		case 2:
			p.parts = append(p.parts, part{typ: "acme2:db/db:Db", name: "db2", inputs: obj{}, outputs: obj{"settings": secretly(marked)}})
		}
		var want []string
		if r.IntN(4) == 0 {
			p.parts = append(p.parts, tagged("log in with "+secret+", then look"))
			want = []string{"b tags.note contained"}
		}
		r.Shuffle(len(p.parts), func(i, j int) { p.parts[i], p.parts[j] = p.parts[j], p.parts[i] })
		if got := p.known(t, c, d); !slices.Equal(got, want) {
			t.Fatalf("stack %d: mismatch (-want +got):\n%s", seed, cmp.Diff(want, got))
		}
	}
}
