/** A value that the pipeline knows when it runs, such as `Steps.Train.ModelArtifacts.S3ModelArtifacts`. */
interface Get {
  Get: string;
}

/** Texts joined when the pipeline runs. */
interface Join {
  "Std:Join": { On: string; Values: (string | Get)[] };
}

type Text = string | Get | Join;

interface Cluster {
  InstanceType: string;
  InstanceCount: number;
  VolumeSizeInGB: number;
}

interface S3Input {
  InputName: string;
  S3Input: {
    S3Uri: Text;
    LocalPath: string;
    S3DataType: "S3Prefix";
    S3InputMode: "File";
    S3DataDistributionType: "FullyReplicated";
    S3CompressionType: "None";
  };
}

interface S3Output {
  OutputName: string;
  S3Output: { S3Uri: Text; LocalPath: string; S3UploadMode: "EndOfJob" };
}

/** The request of a job that a step makes, without the job's name. */
interface ProcessingArguments {
  ProcessingResources: { ClusterConfig: Cluster };
  AppSpecification: {
    ImageUri: string;
    ContainerEntrypoint: string[];
    ContainerArguments: Text[];
  };
  RoleArn: string;
  ProcessingInputs: S3Input[];
  ProcessingOutputConfig: { Outputs: S3Output[] };
  StoppingCondition: { MaxRuntimeInSeconds: number };
}

interface TrainingArguments {
  AlgorithmSpecification: { TrainingImage: string; TrainingInputMode: "File" };
  HyperParameters: Record<string, string>;
  InputDataConfig: {
    ChannelName: string;
    ContentType: string;
    DataSource: {
      S3DataSource: {
        S3DataType: "S3Prefix";
        S3Uri: Text;
        S3DataDistributionType: "ShardedByS3Key";
      };
    };
  }[];
  OutputDataConfig: { S3OutputPath: Text };
  ResourceConfig: Cluster;
  RoleArn: string;
  StoppingCondition: { MaxRuntimeInSeconds: number };
}

interface ModelArguments {
  ExecutionRoleArn: string;
  PrimaryContainer: { Image: string; ModelDataUrl: Text };
}

interface TransformArguments {
  ModelName: Text;
  BatchStrategy: "MultiRecord";
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: "S3Prefix"; S3Uri: Text } };
    ContentType: string;
    SplitType: "Line";
  };
  TransformOutput: { S3OutputPath: Text; Accept: string; AssembleWith: "Line" };
  TransformResources: { InstanceType: string; InstanceCount: number };
}

interface RegistrationArguments {
  ModelPackageGroupName: string;
  ModelApprovalStatus: "PendingManualApproval";
  ModelMetrics: { ModelQuality: { Statistics: { ContentType: string; S3Uri: Text } } };
  InferenceSpecification: {
    Containers: { Image: string; ModelDataUrl: Text }[];
    SupportedContentTypes: string[];
    SupportedResponseMIMETypes: string[];
  };
}

interface Condition {
  Type: "GreaterThanOrEqualTo" | "LessThanOrEqualTo";
  LeftValue: { "Std:JsonGet": { PropertyFile: Get; Path: string } };
  RightValue: number;
}

interface PropertyFile {
  PropertyFileName: string;
  OutputName: string;
  FilePath: string;
}

export type Step =
  | {
      Name: string;
      Type: "Processing";
      Arguments: ProcessingArguments;
      PropertyFiles?: PropertyFile[];
    }
  | { Name: string; Type: "Training"; Arguments: TrainingArguments }
  | { Name: string; Type: "Model"; Arguments: ModelArguments }
  | { Name: string; Type: "Transform"; Arguments: TransformArguments }
  | { Name: string; Type: "RegisterModel"; Arguments: RegistrationArguments }
  | { Name: string; Type: "Fail"; Arguments: { ErrorMessage: string } }
  | {
      Name: string;
      Type: "Condition";
      Arguments: { Conditions: Condition[]; IfSteps: Step[]; ElseSteps: Step[] };
    };

/**
 * The definition of a SageMaker pipeline, as far as this program uses it.
 * @see https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
 */
export interface PipelineDefinition {
  Version: "2020-12-01";
  Steps: Step[];
}

export interface TrainingPlan {
  /** The fields that the model scores. */
  features: readonly string[];
  /** Readings that arrived within so many days. */
  days: number;
  instanceType: string;
  /** The longest time of each job. */
  maximumMinutes: number;
  /** A normalised score above it is an anomaly. */
  alertAbove: number;
  /** The least share of planted anomalies that a model which is registered finds. */
  leastRecall: number;
  /** The greatest share of normal readings about which such a model alerts. */
  mostFalseAlerts: number;
  /** `s3://<bucket>/<prefix>/` of the data lake, and `s3://<bucket>` for everything that the pipeline writes. */
  lakeUri: string;
  modelsUri: string;
  /** URLs of the scripts. */
  prepareUri: string;
  evaluateUri: string;
  /** URIs of the images of the algorithm, and of the scripts. */
  algorithmImage: string;
  scriptImage: string;
  roleArn: string;
  modelPackageGroupName: string;
}

const root = "/opt/ml/processing";
const seed = 1;

/** Volumes of the jobs in GB; the first job holds the whole data lake. */
const [lakeVolume, volume] = [100, 30];

/**
 * The pipeline that trains a random cut forest on the data lake: prepares data, trains, scores readings that the training did not see,
 * evaluates the scores, and registers the model if it finds the planted anomalies and few others. Otherwise the run fails.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/randomcutforest.html
 */
export function trainingPipeline(plan: TrainingPlan): PipelineDefinition {
  const { roleArn: RoleArn, instanceType: InstanceType } = plan;
  const StoppingCondition = { MaxRuntimeInSeconds: plan.maximumMinutes * 60 };
  const cluster = (VolumeSizeInGB: number): Cluster => ({
    ...{ InstanceType, InstanceCount: 1, VolumeSizeInGB },
  });
  const prepared = (name: string): Get => ({
    Get: `Steps.Prepare.ProcessingOutputConfig.Outputs['${name}'].S3Output.S3Uri`,
  });
  const artefact: Get = { Get: "Steps.Train.ModelArtifacts.S3ModelArtifacts" };
  const ofRun = (folder: string): Join => ({
    "Std:Join": {
      On: "/",
      Values: [plan.modelsUri, "runs", { Get: "Execution.PipelineExecutionId" }, folder],
    },
  });
  const output = (OutputName: string): S3Output => ({
    OutputName,
    S3Output: {
      S3Uri: ofRun(OutputName),
      LocalPath: `${root}/output/${OutputName}`,
      S3UploadMode: "EndOfJob",
    },
  });
  const script = (name: string) => ["python3", `${root}/input/code/${name}.py`];
  const quality = (Path: string, Type: Condition["Type"], RightValue: number): Condition => ({
    Type,
    LeftValue: {
      "Std:JsonGet": { PropertyFile: { Get: "Steps.Evaluate.PropertyFiles.Evaluation" }, Path },
    },
    RightValue,
  });
  return {
    Version: "2020-12-01",
    Steps: [
      {
        Name: "Prepare",
        Type: "Processing",
        Arguments: {
          ProcessingResources: { ClusterConfig: cluster(lakeVolume) },
          AppSpecification: {
            ImageUri: plan.scriptImage,
            ContainerEntrypoint: script("prepare"),
            ContainerArguments: [
              ...["--lake", `${root}/input/lake`, "--output", `${root}/output`],
              ...["--features", plan.features.join(",")],
              ...["--days", String(plan.days), "--seed", String(seed)],
            ],
          },
          RoleArn,
          ProcessingInputs: [input("code", plan.prepareUri), input("lake", plan.lakeUri)],
          ProcessingOutputConfig: { Outputs: ["train", "test", "labels"].map(output) },
          StoppingCondition,
        },
      },
      {
        Name: "Train",
        Type: "Training",
        Arguments: {
          AlgorithmSpecification: {
            TrainingImage: plan.algorithmImage,
            TrainingInputMode: "File",
          },
          // https://docs.aws.amazon.com/sagemaker/latest/dg/rcf_hyperparameters.html
          HyperParameters: {
            feature_dim: String(plan.features.length),
            num_samples_per_tree: "256",
            num_trees: "100",
          },
          InputDataConfig: [
            {
              ChannelName: "train",
              ContentType: "text/csv;label_size=0",
              DataSource: {
                S3DataSource: {
                  S3DataType: "S3Prefix",
                  S3Uri: prepared("train"),
                  S3DataDistributionType: "ShardedByS3Key",
                },
              },
            },
          ],
          OutputDataConfig: { S3OutputPath: ofRun("model") },
          ResourceConfig: cluster(volume),
          RoleArn,
          StoppingCondition,
        },
      },
      {
        Name: "Model",
        Type: "Model",
        Arguments: {
          ExecutionRoleArn: RoleArn,
          PrimaryContainer: { Image: plan.algorithmImage, ModelDataUrl: artefact },
        },
      },
      {
        Name: "Score",
        Type: "Transform",
        Arguments: {
          ModelName: { Get: "Steps.Model.ModelName" },
          BatchStrategy: "MultiRecord",
          TransformInput: {
            DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: prepared("test") } },
            ContentType: "text/csv",
            SplitType: "Line",
          },
          TransformOutput: {
            S3OutputPath: ofRun("scores"),
            Accept: "application/jsonlines",
            AssembleWith: "Line",
          },
          TransformResources: { InstanceType, InstanceCount: 1 },
        },
      },
      {
        Name: "Evaluate",
        Type: "Processing",
        Arguments: {
          ProcessingResources: { ClusterConfig: cluster(volume) },
          AppSpecification: {
            ImageUri: plan.scriptImage,
            ContainerEntrypoint: script("evaluate"),
            ContainerArguments: [
              ...["--scores", `${root}/input/scores`, "--labels", `${root}/input/labels`],
              ...["--output", `${root}/output/evaluation`, "--above", String(plan.alertAbove)],
              ...["--model", artefact],
            ],
          },
          RoleArn,
          ProcessingInputs: [
            input("code", plan.evaluateUri),
            input("scores", { Get: "Steps.Score.TransformOutput.S3OutputPath" }),
            input("labels", prepared("labels")),
          ],
          ProcessingOutputConfig: { Outputs: [output("evaluation")] },
          StoppingCondition,
        },
        PropertyFiles: [
          {
            PropertyFileName: "Evaluation",
            OutputName: "evaluation",
            FilePath: "evaluation.json",
          },
        ],
      },
      {
        Name: "Check",
        Type: "Condition",
        Arguments: {
          Conditions: [
            quality("recall", "GreaterThanOrEqualTo", plan.leastRecall),
            quality("falseAlertShare", "LessThanOrEqualTo", plan.mostFalseAlerts),
          ],
          IfSteps: [
            {
              Name: "Register",
              Type: "RegisterModel",
              Arguments: {
                ModelPackageGroupName: plan.modelPackageGroupName,
                ModelApprovalStatus: "PendingManualApproval",
                ModelMetrics: {
                  ModelQuality: {
                    Statistics: {
                      ContentType: "application/json",
                      S3Uri: ofRun("evaluation/evaluation.json"),
                    },
                  },
                },
                InferenceSpecification: {
                  Containers: [{ Image: plan.algorithmImage, ModelDataUrl: artefact }],
                  SupportedContentTypes: ["text/csv", "application/jsonlines"],
                  SupportedResponseMIMETypes: ["application/json", "application/jsonlines"],
                },
              },
            },
          ],
          ElseSteps: [
            {
              Name: "Refuse",
              Type: "Fail",
              Arguments: {
                ErrorMessage: `The model must find ${percent(plan.leastRecall)} of planted anomalies or more, and alert about ${percent(plan.mostFalseAlerts)} of normal readings or fewer; see recall and falseAlertShare in evaluation.json of this run.`,
              },
            },
          ],
        },
      },
    ],
  };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const input = (InputName: string, S3Uri: Text): S3Input => ({
  InputName,
  S3Input: {
    S3Uri,
    LocalPath: `${root}/input/${InputName}`,
    S3DataType: "S3Prefix",
    S3InputMode: "File",
    S3DataDistributionType: "FullyReplicated",
    S3CompressionType: "None",
  },
});
