package io.raftboot.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Puts the question whether this instance leads in front of {@link LeaderOnly} methods. It stands before the processor of
 * {@code @Scheduled}, so that what is scheduled is the method behind the question, and makes proxies of the class, so that it does not
 * matter which interfaces a bean has.
 */
public final class LeaderOnlyPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

    private static final long serialVersionUID = 1L;

    /** @param leadership asked at the first call, so that nothing is made too early for it */
    public LeaderOnlyPostProcessor(Supplier<RaftLeadership> leadership) {
        this.advisor = new DefaultPointcutAdvisor(
                AnnotationMatchingPointcut.forMethodAnnotation(LeaderOnly.class), new Guard(leadership));
        setBeforeExistingAdvisors(true);
        setProxyTargetClass(true);
        setOrder(0);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (isEligible(bean, beanName)) {
            Class<?> type = AopUtils.getTargetClass(bean);
            ReflectionUtils.doWithMethods(type, method -> check(type, method, beanName));
        }
        return super.postProcessAfterInitialization(bean, beanName);
    }

    private static void check(Class<?> type, Method method, String beanName) {
        boolean isHidden = (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) != 0;
        boolean isFinal = Modifier.isFinal(type.getModifiers());
        if (AnnotatedElementUtils.hasAnnotation(method, LeaderOnly.class)
                && (isHidden || isFinal || method.getReturnType() != void.class)) {
            throw new BeanCreationException(
                    beanName,
                    "@LeaderOnly cannot be on " + method + ": the method has to be void and neither private, static nor"
                            + " final, and its class not final, because nothing could keep it from running otherwise");
        }
    }

    private record Guard(Supplier<RaftLeadership> leadership) implements MethodInterceptor {

        @Override
        public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
            Method method = invocation.getMethod();
            String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
            return leadership
                    .get()
                    .whileLeading(name, () -> Optional.ofNullable(invocation.proceed()))
                    .orElse(null);
        }
    }
}
