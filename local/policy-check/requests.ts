import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { RecordedResource } from "../program";

/** Returns the engine's request about one resource before it is created. */
export function resourceRequest({
  type,
  name,
  urn,
  inputs,
  parent,
}: RecordedResource): AnalyzeRequest {
  const request = new AnalyzeRequest();
  request.setType(type);
  request.setName(name);
  request.setUrn(urn);
  request.setProperties(inputs);
  request.setOptions(options(parent));
  return request;
}

/** Returns the engine's request about all resources, after the program has ended. */
export function stackRequest(resources: RecordedResource[]): AnalyzeStackRequest {
  const request = new AnalyzeStackRequest();
  request.setResourcesList(resources.map(analyzerResource));
  return request;
}

function analyzerResource(resource: RecordedResource): AnalyzerResource {
  const { type, name, urn, inputs, parent, dependencies, propertyDependencies } = resource;
  const analyzed = new AnalyzerResource();
  analyzed.setType(type);
  analyzed.setName(name);
  analyzed.setUrn(urn);
  analyzed.setProperties(inputs);
  analyzed.setOptions(options(parent));
  analyzed.setParent(parent);
  analyzed.setDependenciesList(dependencies);
  for (const [input, urns] of Object.entries(propertyDependencies)) {
    const made = new AnalyzerPropertyDependencies();
    made.setUrnsList(urns);
    analyzed.getPropertydependenciesMap().set(input, made);
  }
  return analyzed;
}

function options(parent: string): AnalyzerResourceOptions {
  const given = new AnalyzerResourceOptions();
  given.setParent(parent);
  return given;
}
