// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * The header of a Raspberry Pi on a machine that has none: a GPIO chip of 28 lines for the kernel's
 * own interface to programs, and two parameters for the hands of a test.
 *
 *	echo "17 0" > /sys/module/header/parameters/contact	17 is closed to ground
 *	echo "17 1" > /sys/module/header/parameters/contact	17 is open
 *	cat /sys/module/header/parameters/levels		28 characters, line 0 first
 *
 * An open input has the level of its bias, and 0 without one, so a pull-up that was forgotten shows.
 * Debian's kernels come without gpio-sim, which is why this is here.
 */
#include <linux/gpio/driver.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define LINES 28

static struct platform_device *device;
static struct gpio_chip chip;
static DECLARE_BITMAP(is_output, LINES);
static DECLARE_BITMAP(driven_high, LINES);
static DECLARE_BITMAP(pulled_up, LINES);
static DECLARE_BITMAP(closed, LINES);
static DECLARE_BITMAP(is_listened_to, LINES);
static unsigned int edges[LINES];

static int level(unsigned int line)
{
	if (test_bit(line, is_output))
		return test_bit(line, driven_high);
	return test_bit(line, pulled_up) && !test_bit(line, closed);
}

static int get_direction(struct gpio_chip *unused, unsigned int line)
{
	return test_bit(line, is_output) ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}

static int direction_input(struct gpio_chip *unused, unsigned int line)
{
	clear_bit(line, is_output);
	return 0;
}

static void set(struct gpio_chip *unused, unsigned int line, int value)
{
	assign_bit(line, driven_high, value);
}

static int direction_output(struct gpio_chip *unused, unsigned int line, int value)
{
	set(unused, line, value);
	set_bit(line, is_output);
	return 0;
}

static int get(struct gpio_chip *unused, unsigned int line)
{
	return level(line);
}

static int set_config(struct gpio_chip *unused, unsigned int line, unsigned long config)
{
	switch (pinconf_to_config_param(config)) {
	case PIN_CONFIG_BIAS_PULL_UP:
		set_bit(line, pulled_up);
		return 0;
	case PIN_CONFIG_BIAS_PULL_DOWN:
	case PIN_CONFIG_BIAS_DISABLE:
		clear_bit(line, pulled_up);
		return 0;
	default:
		return -ENOTSUPP;
	}
}

static void irq_mask(struct irq_data *data)
{
	clear_bit(irqd_to_hwirq(data), is_listened_to);
	gpiochip_disable_irq(&chip, irqd_to_hwirq(data));
}

static void irq_unmask(struct irq_data *data)
{
	gpiochip_enable_irq(&chip, irqd_to_hwirq(data));
	set_bit(irqd_to_hwirq(data), is_listened_to);
}

static int irq_set_type(struct irq_data *data, unsigned int type)
{
	if (type & ~IRQ_TYPE_EDGE_BOTH)
		return -EINVAL;
	edges[irqd_to_hwirq(data)] = type;
	return 0;
}

static const struct irq_chip irq_chip = {
	.name = "header",
	.irq_mask = irq_mask,
	.irq_unmask = irq_unmask,
	.irq_set_type = irq_set_type,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

static int set_contact(const char *text, const struct kernel_param *unused)
{
	unsigned int line, open;
	int before;

	if (sscanf(text, "%u %u", &line, &open) != 2 || line >= LINES || open > 1)
		return -EINVAL;
	before = level(line);
	assign_bit(line, closed, !open);
	if (level(line) != before && test_bit(line, is_listened_to) &&
	    edges[line] & (before ? IRQ_TYPE_EDGE_FALLING : IRQ_TYPE_EDGE_RISING))
		generic_handle_domain_irq_safe(chip.irq.domain, line);
	return 0;
}

static int get_levels(char *text, const struct kernel_param *unused)
{
	for (int line = 0; line < LINES; line++)
		text[line] = level(line) ? '1' : '0';
	text[LINES] = '\n';
	return LINES + 1;
}

static const struct kernel_param_ops contact_ops = { .set = set_contact };
static const struct kernel_param_ops levels_ops = { .get = get_levels };
module_param_cb(contact, &contact_ops, NULL, 0200);
module_param_cb(levels, &levels_ops, NULL, 0444);

static struct gpio_chip chip = {
	.label = "pinctrl-bcm2711",
	.owner = THIS_MODULE,
	.base = -1,
	.ngpio = LINES,
	.get_direction = get_direction,
	.direction_input = direction_input,
	.direction_output = direction_output,
	.get = get,
	.set = set,
	.set_config = set_config,
};

static int __init plug(void)
{
	int error;

	device = platform_device_register_simple("header", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	chip.parent = &device->dev;
	gpio_irq_chip_set_chip(&chip.irq, &irq_chip);
	chip.irq.handler = handle_simple_irq;
	chip.irq.default_type = IRQ_TYPE_NONE;
	error = gpiochip_add_data(&chip, NULL);
	if (error)
		platform_device_unregister(device);
	return error;
}

static void __exit unplug(void)
{
	gpiochip_remove(&chip);
	platform_device_unregister(device);
}

module_init(plug);
module_exit(unplug);
MODULE_DESCRIPTION("The 40-pin header of a Raspberry Pi, for tests");
MODULE_LICENSE("GPL");
