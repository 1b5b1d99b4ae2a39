import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";

/** The two parts of a secret's name in AWS Secrets Manager. */
export interface SecretArgs {
  /** The service that uses the secret. Defaults to the Pulumi project. */
  service?: string;
  /** The environment the secret is for. Defaults to the Pulumi stack. */
  environment?: string;
}

/**
 * An empty secret in AWS Secrets Manager, named `{service}/{environment}`. Set its value in AWS after the deployment,
 * never in the program.
 */
export class Secret extends pulumi.ComponentResource {
  /** The secret's name in AWS Secrets Manager. */
  readonly secretName: pulumi.Output<string>;
  /** The secret's ARN, for policies and workloads that read it. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: SecretArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const { service = pulumi.getProject(), environment = pulumi.getStack() } = args;
    // policypack:allow component-contract: this is the infra package
    super("progression-labs-development:infra:Secret", name, { service, environment }, opts);

    const secret = new secretsmanager.Secret(name, { name: `${service}/${environment}` }, { parent: this });

    this.secretName = secret.name;
    this.arn = secret.arn;
    this.registerOutputs({ secretName: this.secretName, arn: this.arn });
  }
}
