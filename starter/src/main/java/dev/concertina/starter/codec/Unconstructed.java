package dev.concertina.starter.codec;

import org.springframework.objenesis.SpringObjenesis;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.module.SimpleValueInstantiators;

/**
 * Makes an object without its constructor when it has none without parameters, as reading a session
 * always did. Its fields are set afterwards; a constructor would check, or ask for, what is not
 * kept.
 */
final class Unconstructed extends StdValueInstantiator {
    private static final SpringObjenesis OBJENESIS = new SpringObjenesis();

    private Unconstructed(StdValueInstantiator constructing) {
        super(constructing);
    }

    static JacksonModule module() {
        var module = new SimpleModule("concertina-unconstructed");
        module.setValueInstantiators(new Instantiators());
        return module;
    }

    @Override
    public boolean canCreateUsingDefault() {
        return true;
    }

    @Override
    public Object createUsingDefault(DeserializationContext context) {
        return OBJENESIS.newInstance(getValueClass());
    }

    @Override
    public Object createUsingDefaultOrWithoutArguments(DeserializationContext context) {
        return createUsingDefault(context);
    }

    private static final class Instantiators extends SimpleValueInstantiators {
        private static final long serialVersionUID = 1;

        @Override
        public ValueInstantiator modifyValueInstantiator(
                DeserializationConfig config,
                BeanDescription.Supplier bean,
                ValueInstantiator found) {
            var type = bean.getType();
            return found instanceof StdValueInstantiator constructing
                            && !found.canInstantiate()
                            && !type.isAbstract()
                            && !type.isEnumType()
                            && !type.isPrimitive()
                            && !type.isArrayType()
                            && !type.isRecordType()
                            && !type.getRawClass().getName().startsWith("java")
                    ? new Unconstructed(constructing)
                    : found;
        }
    }
}
