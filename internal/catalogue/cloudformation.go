package catalogue

import "strings"

// cloudFormation reads a template of AWS CloudFormation, or of Alibaba Cloud ROS, which has the same structure.
func (r *reader) cloudFormation(format string, value any, at *spot) error {
	template, _ := value.(map[string]any)
	return r.cloudFormationResources(format, template["Resources"], at.at("Resources"))
}

func (r *reader) cloudFormationResources(format string, value any, at *spot) error {
	if err := r.visit(at); err != nil {
		return err
	}
	resources, _ := value.(map[string]any)
	for _, id := range sortedKeys(resources) {
		where := at.at(id)
		if strings.HasPrefix(id, "Fn::ForEach::") {
			if err := r.forEach(format, resources[id], where); err != nil {
				return err
			}
			continue
		}
		resource, _ := resources[id].(map[string]any)
		typ, _ := resource["Type"].(string)
		if err := r.cloudFormationResource(format, typ, resource["Properties"], where,
			where.at("Properties")); err != nil {
			return err
		}
	}
	return nil
}

// forEach reads Fn::ForEach::Name: [identifier, collection, {id: resource}], which can be nested.
func (r *reader) forEach(format string, value any, at *spot) error {
	loop, _ := value.([]any)
	if len(loop) < 3 {
		return nil
	}
	return r.cloudFormationResources(format, loop[2], at.at(2))
}

// cloudFormationResource reads one resource, including one created through Cloud Control.
func (r *reader) cloudFormationResource(format, typ string, properties any, at, inside *spot) error {
	if err := r.visit(at); err != nil {
		return err
	}
	r.declare(format, typ, properties, at)
	switch typ {
	case "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet", "ALIYUN::ROS::Stack":
		if object, ok := properties.(map[string]any); ok && object["TemplateBody"] != nil {
			return r.template(format, object["TemplateBody"], inside.at("TemplateBody"))
		}
	}
	return nil
}
