/* The columns of `firebreak detections --csv`, for a spreadsheet. */
#include "show/csv.h"
#include "show/export_in.h"

static int on_row(void *user, const struct fb_detection_row *row)
{
	struct fb_export_job *job = user;

	if (job->defang)
		fb_csv_detection_defanged(&job->out->buf, row);
	else
		fb_csv_detection(&job->out->buf, row);
	return fb_export_row(job);
}

static int write_csv(struct fb_export_job *job)
{
	fb_csv_detection_head(&job->out->buf);
	return fb_case_detections(job->c, job->filter, on_row, job, job->err);
}

const struct fb_export fb_export_csv = {
	.name = "csv",
	.about = "a table for spreadsheets; cells that look like formulas are disarmed",
	.takes = FB_EXPORT_DEFANG,
	.write = write_csv,
};
