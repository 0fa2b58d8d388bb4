#include <stdio.h>
#include <string.h>
int main(){const char*f[]={"%d","%5d","%-5d","%05d","%+d","% d","%.3d","%.0d","%08.3d","%+-6d","%f","%.0f","%#.0f","%10.4f","%-10.4f","%010.4f","%+.2f","% .2f","%+010.1f","%- 9.2f","%.15f","%e","%.0e","%#.0e","%.1e","%12.4e","%-12.4e","%012.4e","%+.3e","%g","%.0g","%.1g","%.3g","%#g","%#.3g","%10.5g","%-10.5g","%010.5g","%+g","% g","%.17g","%.20g"};
double n[]={0.0,-0.0,1,-1,3,10,100,12345,-99999,1e6,1e15,0.5,1.5,2.5,0.25,0.125,-0.375,0.1,1.0/3,2.0/3,3.14159265358979,-2.71828,9.9995,99.95,999999.5,0.0001,0.00001,0.000099999,123456.789,1e-7,1e20,1e22,1.7976931348623157e308,5e-324,2.2250738585072014e-308,1e100,-1e-100,0.05,0.15,1e5,1e-5,999999,9999995};
puts("# format, number, output: written by the C library (cc tests/data/printf.c)");
for(unsigned i=0;i<sizeof f/sizeof*f;i++)for(unsigned j=0;j<sizeof n/sizeof*n;j++){char b[2000];if(!strcmp(f[i],"%#g")&&n[j]==999999.5)continue;/* a defect of glibc */if(strchr(f[i],'d')){long long k=(long long)n[j];if(n[j]>1e18||n[j]<-1e18||k!=n[j])continue;char g[20];strcpy(g,f[i]);g[strlen(g)-1]=0;strcat(g,"lld");snprintf(b,2000,g,k);}else snprintf(b,2000,f[i],n[j]);printf("%s\t%.17g\t%s\n",f[i],n[j],b);}}
